"""Performing plays in workers: two at a time on two cores, each result kept whatever happens to the others."""

from __future__ import annotations

import os
import queue
import threading
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.grading._slots import Job, Outcome, Slot, Supervisor, SupervisorLostError
from grader.grading.limits import DEFAULT_LIMITS, Limits
from grader.grading.submission import SubmissionError, read_exercise
from grader.lab.exercises import PACKAGE
from grader.lab.failure import Failure, FailureData
from grader.lab.observation import Observation
from grader.lab.playing import Play, Submission
from grader.lab.seen import Ending, Seen
from grader.lab.witness import Witness

if TYPE_CHECKING:
    from collections.abc import Sequence

_EVENTLESS = Observation("returned")
_OUTPUT_SHOWN = 2_000
_SMALLEST_LIMIT = 0.5
_FORCED = frozenset({"time", "killed"})


@dataclass
class _Entrant:
    """One submission: its file's text, whether it can be imported at all, and what is left of its time."""

    submission: Submission
    source: bytes
    left: float
    loading: bool = False
    loaded: Seen | None = None

    @property
    def lines(self) -> list[str]:
        return self.source.decode("utf-8", "replace").splitlines()


class WorkerPlayer:
    """Performs each play in a worker process of its own."""

    def __init__(self, limits: Limits = DEFAULT_LIMITS, workers: int | None = None) -> None:
        """Make a player.

        Args:
            limits: real-time limits.
            workers: how many run at the same time; by default as many as there are processors.
        """
        self._limits = limits
        self._workers = workers or _processors()
        self._supervisor = Supervisor()
        self._supervisor.start()
        self._waiting: list[Play] = []
        self._changed = threading.Condition()
        self._futures: dict[int, Future[Seen]] = {}
        self._entrants: dict[Submission, _Entrant | SubmissionError] = {}
        self._suspects: queue.SimpleQueue[Play] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._slots: list[Slot] = []
        self._closing = False
        self.most_memory = 0
        """The most memory that any worker has used so far, in bytes."""

    def schedule(self, plays: Sequence[Play]) -> None:
        """Begin to perform plays, in the order given."""
        for play in plays:
            self._futures[id(play)] = Future()
            if play.submission not in self._entrants:
                self._entrants[play.submission] = self._entrant(play.submission)
            self._waiting.append(play)
        for _ in range(min(self._workers, len(plays))):
            slot = Slot(self._supervisor)
            thread = threading.Thread(target=self._work, args=(slot,), daemon=True)
            self._slots.append(slot)
            self._threads.append(thread)
        for thread in self._threads:
            thread.start()
        threading.Thread(target=self._try_suspects_again, daemon=True).start()

    def result(self, play: Play) -> Seen:
        """Wait until `play` has been performed.

        Raises:
            Failure: the submission's file can't be graded.
            CannotJudgeError: the grader itself is at fault.
        """
        return self._futures.pop(id(play)).result()

    def close(self) -> None:
        """End all workers."""
        self._closing = True
        with self._changed:
            self._changed.notify_all()
        self._supervisor.close()

    def _entrant(self, submission: Submission) -> _Entrant | SubmissionError:
        try:
            source = read_exercise(submission.file, f"{PACKAGE}/{submission.exercise.file}")
        except SubmissionError as error:
            return error
        return _Entrant(submission, source, self._limits.suite)

    def _work(self, slot: Slot) -> None:
        while (play := self._take()) is not None:
            try:
                self._futures[id(play)].set_result(self._perform(slot, play))
            except SupervisorLostError:
                self._suspects.put(play)
            except BaseException as error:  # noqa: BLE001 - handed to whoever waits for the result
                self._futures[id(play)].set_exception(error)
        slot.close()

    def _take(self) -> Play | None:
        """Take the next play, but none of a submission that is just being imported: that may take until its limit."""
        with self._changed:
            while self._waiting and not self._closing:
                for index, play in enumerate(self._waiting):
                    entrant = self._entrants[play.submission]
                    if isinstance(entrant, SubmissionError) or not entrant.loading:
                        if isinstance(entrant, _Entrant) and entrant.loaded is None:
                            entrant.loading = True
                        return self._waiting.pop(index)
                self._changed.wait()
        return None

    def _try_suspects_again(self) -> None:
        """Run alone what was running when a watching process was lost: whoever loses it again did it."""
        for thread in self._threads:
            thread.join()
        slot = Slot(self._supervisor)
        while not self._suspects.empty() and not self._closing:
            play = self._suspects.get()
            future = self._futures[id(play)]
            play.witness.forget()
            try:
                future.set_result(self._perform(slot, play))
            except SupervisorLostError:
                future.set_result(self._seen(play, Outcome(ending=Ending("lost"))))
            except BaseException as error:  # noqa: BLE001 - handed to whoever waits for the result
                future.set_exception(error)
        slot.close()

    def _perform(self, slot: Slot, play: Play) -> Seen:
        entrant = self._entrants[play.submission]
        if isinstance(entrant, SubmissionError):
            raise Failure(FailureData(verdict=str(entrant), kind="unloadable"))
        if entrant.loaded is None:
            self._load(slot, entrant, play)
        assert entrant.loaded is not None
        if entrant.loaded.ending.how != "answered" or entrant.loaded.observation.outcome != "returned":
            return self._unloadable(play, entrant.loaded)
        if entrant.left < _SMALLEST_LIMIT:
            return self._seen(play, Outcome(ending=Ending("budget", why=f"{self._limits.suite:g} s")))
        return self._seen(play, self._run(slot, entrant, play.cast.request, play.witness))

    def _load(self, slot: Slot, entrant: _Entrant, play: Play) -> None:
        """Import the file once by itself, so that what is wrong with the whole file is said once."""
        nothing = {"function": "", "arguments": [], "options": {}}
        try:
            entrant.loaded = self._seen(play, self._run(slot, entrant, nothing, Witness({})))
        finally:
            with self._changed:
                entrant.loading = False
                self._changed.notify_all()

    def _run(self, slot: Slot, entrant: _Entrant, request: dict[str, object], witness: Witness) -> Outcome:
        exercise = entrant.submission.exercise
        wall = min(self._limits.call, max(entrant.left, _SMALLEST_LIMIT))
        job = Job(request, exercise.module, f"{PACKAGE}/{exercise.file}", entrant.source, wall, self._limits.cpu)
        outcome = slot.perform(job, witness)
        self.most_memory = max(self.most_memory, outcome.memory)
        runaway = outcome.observation is not None and outcome.observation.outcome == "runaway"
        if runaway or outcome.ending.how in _FORCED:
            entrant.left -= outcome.seconds
        return outcome

    def _unloadable(self, play: Play, loaded: Seen) -> Seen:
        return Seen(
            play.check.scenario,
            play.cast,
            play.witness,
            loaded.observation,
            loaded.ending,
            loaded.source,
            loaded.output,
            play.reference,
            loads=False,
        )

    def _seen(self, play: Play, outcome: Outcome) -> Seen:
        entrant = self._entrants[play.submission]
        assert isinstance(entrant, _Entrant)
        return Seen(
            play.check.scenario,
            play.cast,
            play.witness,
            outcome.observation or _EVENTLESS,
            outcome.ending,
            entrant.lines,
            outcome.output[-_OUTPUT_SHOWN:].decode("utf-8", "replace"),
            play.reference,
        )


def _processors() -> int:
    try:
        return max(1, len(os.sched_getaffinity(0)))
    except AttributeError:
        return os.cpu_count() or 1
