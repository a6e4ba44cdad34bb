"""What the judge hears of one run: the worker's announcements and answer, its output, and how it ended."""

from __future__ import annotations

import contextlib
import os
import selectors
import socket
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from grader.grading._admitting import admit_announcement, admit_observation, is_answer
from grader.grading._patience import LONGEST
from grader.lab import CannotJudgeError
from grader.lab.json_lines import LineReader, MalformedError, encode
from grader.lab.observation import Observation, Place
from grader.lab.proc import crowded_seconds
from grader.lab.seen import Ending

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.grading._wire import Channel
    from grader.lab.processes.rendezvous import Wish
    from grader.lab.witness import Witness

OUTPUT_LIMIT = 64 << 10
"""Bytes of a program's output that are kept: the last ones."""

WISHES: dict[Wish, bytes] = {"ask": b"?", "stop": b"!"}
"""What somebody beside the conversation may want: ask the worker where it is, or end it."""

_CHUNK = 1 << 16
_END_SECONDS = 10.0
_LATE_SECONDS = 0.2
_DRAIN_READS = 64
_LOOK_SECONDS = 0.2


class SlotLostError(Exception):
    """A process that watches over workers has ended, or no longer answers.

    Attributes:
        begun: whether the submission's code may have run by then.
    """

    def __init__(self, why: str, *, begun: bool = True) -> None:
        super().__init__(why)
        self.begun = begun


@dataclass(slots=True)
class Outcome:
    """What came back from a run.

    Attributes:
        observation: what the worker reported, if that was valid.
        ending: how the worker ended.
        output: the end of what the program printed.
        seconds: real time that it took.
        memory: the most memory that the worker used, in bytes.
        cpu: processor time that the worker used, in seconds.
        crowded: for how many of these seconds somebody on the machine had to wait for a processor.
    """

    observation: Observation | None = None
    ending: Ending = field(default_factory=lambda: Ending("answered"))
    output: bytes = b""
    seconds: float = 0.0
    memory: int = 0
    cpu: float = 0.0
    crowded: float = 0.0


@dataclass(frozen=True, slots=True)
class Ends:
    """The judge's ends of the connections of one run.

    Attributes:
        slot: to the slot.
        worker: to the worker.
        output: what the program prints.
        wishes: what is wanted of the worker meanwhile, one of `WISHES` at a time.
        decides: tells whether the one who has these wishes still has to say how the run goes on.
    """

    slot: Channel
    worker: socket.socket
    output: int
    wishes: socket.socket | None = None
    decides: Callable[[], bool] = lambda: False


class Conversation:
    """Listens to one worker, its output and its slot until the slot has cleared everything away."""

    def __init__(self, number: int, ends: Ends, witness: Witness, wall_seconds: float) -> None:
        """Begin to listen.

        Args:
            number: of the run, which the slot repeats in all that it says.
            ends: the judge's ends of all connections.
            witness: hears of what begins and ends.
            wall_seconds: real time that the slot grants the worker.
        """
        self._number = number
        self._slot = ends.slot
        self._worker = ends.worker
        self._output = ends.output
        self._wishes = ends.wishes
        self._decides = ends.decides
        self._witness = witness
        self._wall_seconds = wall_seconds
        self._began = time.monotonic()
        self._crowded = crowded_seconds()
        self._deadline = self._began + wall_seconds + _END_SECONDS
        self._reader = LineReader()
        self._printed = bytearray()
        self._observation: Observation | None = None
        self._problem: Ending | None = None
        self._is_ready = False
        self._told_to_end = False
        self._is_consulted = False
        self._has_news = False

    def hold(self) -> Outcome:
        """Listen to the end.

        Raises:
            SlotLostError: the slot is gone.
            CannotJudgeError: the run could not be prepared.
        """
        try:
            return self._listen()
        except SlotLostError as lost:
            self._hear_to_the_end()
            lost.begun = self._is_ready
            raise

    def _listen(self) -> Outcome:
        os.set_blocking(self._output, False)
        self._worker.settimeout(0)
        with selectors.DefaultSelector() as selector:
            for source in (self._slot, self._worker, self._output):
                selector.register(source, selectors.EVENT_READ)
            if self._wishes is not None:
                selector.register(self._wishes, selectors.EVENT_READ)
            while True:
                ready = [key.fileobj for key, _ in selector.select(self._seconds())]
                if self._worker in ready and not self._hear():
                    selector.unregister(self._worker)
                if self._output in ready and self._read() == b"":
                    selector.unregister(self._output)
                if self._wishes is not None and self._wishes in ready:
                    self._grant(self._wishes.recv(_CHUNK))
                if self._slot in ready:
                    ended = self._ask_slot()
                    if ended is not None:
                        return self._conclude(ended)
                self._keep_time()

    def _keep_time(self) -> None:
        """Do what is due although nobody says anything."""
        if self._is_consulted and not self._decides():
            self._advise()
        if time.monotonic() >= self._deadline:
            self._lose_patience()

    def _seconds(self) -> float:
        """Return after how many seconds to go on although nobody says anything."""
        until = max(0.0, self._deadline - time.monotonic())
        return min(until, _LOOK_SECONDS) if self._is_consulted else until

    def _lose_patience(self) -> None:
        if self._told_to_end or self._observation is None:
            msg = "it does not end its worker"
            raise SlotLostError(msg)
        self._end()

    def _end(self) -> None:
        """Have the worker ended, as nothing that it could still say counts."""
        if not self._told_to_end:
            self._told_to_end = True
            self._deadline = time.monotonic() + _END_SECONDS
            self._tell_slot("end")

    def _grant(self, wishes: bytes) -> None:
        """Do what somebody else wants of the worker."""
        if WISHES["stop"] in wishes:
            self._end()
        elif not self._told_to_end:
            self._tell_slot("ask")

    def _tell_slot(self, what: str, **more: bool) -> None:
        try:
            self._slot.send({what: self._number, **more})
        except OSError as error:
            raise SlotLostError(str(error)) from None

    def _hear(self) -> bool:
        """Take what the worker says; return whether it may say more."""
        try:
            data = self._worker.recv(_CHUNK)
        except BlockingIOError:
            return True
        except OSError:
            return False
        self._has_news = True
        if self._problem is None and self._observation is None:
            try:
                for line in self._reader.feed(data):
                    self._take(line)
                    if self._observation is not None:
                        break
            except MalformedError as error:
                self._problem = Ending("invalid", why=str(error))
                self._end()
        return data != b""

    def _take(self, line: bytes) -> None:
        if is_answer(line):
            self._observation = admit_observation(line)
            self._deadline = min(self._deadline, time.monotonic() + _LATE_SECONDS)
            return
        told = admit_announcement(line)
        match told.do:
            case "ready":
                self._is_ready = True
            case "begin":
                self._witness.begin(told.key, told.details)
            case "end":
                reply = encode({"payload": self._witness.end(told.key)})
                # A worker that doesn't read what it asked for loses it; the judge never waits.
                with contextlib.suppress(OSError):
                    self._worker.send(reply)
            case "abandon":
                self._witness.abandon(told.key, told.details)
            case "note":
                self._witness.note(told.key, told.details)
            case "fault":
                raise MalformedError(told.text)

    def _read(self) -> bytes | None:
        """Take what the program prints; return it, empty at its end, None if there is nothing at the moment."""
        try:
            data = os.read(self._output, _CHUNK)
        except BlockingIOError:
            return None
        self._has_news |= data != b""
        self._printed += data
        del self._printed[:-OUTPUT_LIMIT]
        return data

    def _ask_slot(self) -> dict[str, Any] | None:
        """Take what the slot says; return its last word on this run, if it has come."""
        try:
            messages = self._slot.arrived()
        except OSError as error:
            raise SlotLostError(str(error)) from None
        for told in messages:
            if "consult" not in told:
                return told
            self._is_consulted = True
            if self._observation is None and not self._told_to_end:
                self._deadline = time.monotonic() + LONGEST * self._wall_seconds + _END_SECONDS
        return None

    def _advise(self) -> None:
        """Answer all that the worker has said, and tell the slot whether that was anything since the last time."""
        self._hear_the_rest()
        self._read()
        self._tell_slot("heard", news=self._has_news)
        self._is_consulted = self._has_news = False

    def _conclude(self, told: dict[str, Any]) -> Outcome:
        # The worker is gone: what it and its program said before that is here by now.
        self._hear_to_the_end()
        for _ in range(_DRAIN_READS):
            if not self._read():
                break
        if "fault" in told:
            raise CannotJudgeError(told["fault"])
        if not self._is_ready:
            msg = f"A worker ended with {told['limit'] or told['status']} before the program had begun. Try again."
            raise CannotJudgeError(msg)
        seconds = time.monotonic() - self._began
        outcome = Outcome(
            observation=self._observation,
            ending=self._ending(told),
            output=bytes(self._printed),
            seconds=seconds,
            memory=told["memory"],
            cpu=told["cpu"],
            crowded=crowded_seconds() - self._crowded,
        )
        if outcome.ending.how == "killed":
            _look_closer(outcome, told)
        return outcome

    def _hear_to_the_end(self) -> None:
        """Take all that a worker has said that says no more."""
        while self._hear_more():
            pass

    def _hear_the_rest(self) -> None:
        """Take what a worker has said by now, which may go on and on."""
        for _ in range(_DRAIN_READS):
            if not self._hear_more():
                break

    def _hear_more(self) -> bool:
        if self._observation is not None or self._problem is not None:
            return False
        try:
            return self._worker.recv(1, socket.MSG_PEEK) != b"" and self._hear()
        except OSError:
            return False

    def _ending(self, told: dict[str, Any]) -> Ending:
        observation, status, strays = self._observation, told["status"], told["strays"]
        if told["limit"] == "time" and (observation is None or observation.outcome == "runaway"):
            return Ending("time", strays=strays, why=f"{self._wall_seconds:g} s")
        if observation is not None:
            return Ending("answered", strays=strays)
        if self._problem is not None:
            return self._problem
        if status < 0:
            return Ending("killed", -status, strays)
        return Ending("exited", status, strays)


def _look_closer(outcome: Outcome, told: dict[str, Any]) -> None:
    """Say where a program was that was killed, and whether that was because it computed without end."""
    place = None if told["stack"] is None else Place(*told["stack"])
    if told["limit"] == "cpu":
        outcome.observation = Observation("runaway", place=place)
        outcome.ending = Ending("answered", strays=told["strays"])
    elif place is not None:
        outcome.observation = Observation("returned", place=place)
