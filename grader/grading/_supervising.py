"""The judge's side of supervision: starting the nursery, and running one worker at a time in each of its slots."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import tempfile
import threading
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.grading._adopted import CHILD_SUBREAPER, DUMPABLE, end_children, prctl
from grader.grading._conversation import WISHES, Conversation, Ends, Outcome, SlotLostError
from grader.grading._folders import remove
from grader.grading._namespaces import namespaces, seen_from_here
from grader.grading._shortcut import remove_shortcut
from grader.grading._wire import Channel
from grader.grading.isolation import Isolation, lower
from grader.lab import CannotJudgeError
from grader.lab.observation import Observation
from grader.lab.proc import children
from grader.lab.processes.quiet import family_of
from grader.lab.seen import Ending
from grader.lab.witness import Witness
from grader.launching import import_path, launch, take_early

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from grader.grading.isolation import Level
    from grader.lab.processes.rendezvous import Rendezvous, Wish
    from grader.launching import Launch

_START_SECONDS = 60.0
_SLOT_SECONDS = 60.0  # the nursery may have to import libraries first
_END_SECONDS = 20.0
_ATTEMPTS = 3
_REMEDY = "Set TMPDIR to a folder that exists, can be written to and has room."
_BY_WHOM = (
    "what is above may say why. If nothing is, somebody ended them, or this machine has no memory left: end some other "
    "programs, and try again."
)

_nurseries: set[int] = set()


@dataclass(frozen=True, slots=True)
class Job:
    """One run to be performed by a worker.

    Attributes:
        request: the cast scenario, as plain data.
        module: dotted name of the submission's module.
        place: path of its file below the run's folder.
        source: its text.
        wall_seconds: real time until a blocked worker is ended.
        cpu_seconds: processor time until it is.
        pace: seconds of the program that pass in a real one; 0: its time is simulated.
        http: whether it needs the libraries for HTTP: without them, a worker is started sooner.
    """

    request: dict[str, Any]
    module: str
    place: str
    source: str
    wall_seconds: float
    cpu_seconds: float
    pace: int
    http: bool


class Supervisor:
    """The nursery's process, started on demand and again when it has been lost."""

    def __init__(self, wanted: Level = "landlock", hidden: Sequence[Path] = ()) -> None:
        """Make a supervisor that has not started anything.

        Args:
            wanted: the isolation to reach, if it can be.
            hidden: folders that no worker may read.
        """
        self._aim = {
            "wanted": wanted, "hidden": [str(path.absolute()) for path in hidden], "namespaces": namespaces()
        }  # fmt: skip
        self._isolation: Isolation | None = None
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._channel: Channel | None = None
        self._folder = Path()
        self._is_ready = False
        self._before: set[int] = set()
        self._closed = False
        self.failed = False
        """Whether no nursery can be started at all."""

    @property
    def folder(self) -> Path:
        """The folder in which the workers run."""
        return self._folder

    @property
    def isolation(self) -> Isolation:
        """What isolation is reached; the nursery is waited for, as it has to try.

        Raises:
            CannotJudgeError: the nursery can't be started.
        """
        with self._lock:
            if self._isolation is None and not self._closed:
                self._ready()
            return self._isolation or Isolation("processes", ("No program was run, so nothing was tried.",))

    def start(self) -> None:
        """Start the nursery without waiting for it to be ready.

        Raises:
            CannotJudgeError: it can't be started.
        """
        with self._lock:
            self._start()

    def slot(self, *, http: bool) -> tuple[Channel, int]:
        """Open a new slot; return the connection to it and the number of its process.

        Args:
            http: whether its workers have the libraries for HTTP.

        Raises:
            CannotJudgeError: the nursery can't be started, or has been closed.
        """
        with self._lock:
            for _ in range(_ATTEMPTS):
                channel = self._ready()
                ours, theirs = socket.socketpair()
                slot = Channel(ours)
                try:
                    with theirs:
                        channel.send({"open": True, "http": http}, (theirs.fileno(),))
                    told = slot.receive(_SLOT_SECONDS)
                except OSError:
                    slot.close()
                    self._stop(at_once=True)
                    continue
                if "fault" in told:
                    slot.close()
                    raise CannotJudgeError(told["fault"])
                return slot, told["ready"]
        msg = f"A process that watches over programs was ended {_ATTEMPTS} times: {_BY_WHOM}"
        raise self._failure(msg)

    def give_up(self, slot: int) -> None:
        """Have a slot ended that no longer answers."""
        with self._lock, contextlib.suppress(OSError):
            if self._channel is not None:
                self._channel.send({"end": slot})

    def close(self) -> None:
        """End the nursery and everything below it."""
        with self._lock:
            self._closed = True
            self._stop()

    def _start(self) -> None:
        if self._closed:
            msg = "the grading is over"
            raise CannotJudgeError(msg)
        if self._process is not None:
            if self._process.poll() is None:
                return
            self._stop()
        # Answers are in this process's memory; and what a nursery that is killed leaves behind comes here.
        prctl(DUMPABLE, 0)
        prctl(CHILD_SUBREAPER, 1)
        path, forget = import_path()
        # The nursery makes it; but to know its name is to be able to remove it, whatever happens to the nursery.
        self._folder = Path(_scratch(), f"grader-{os.urandom(4).hex()}")
        launched = self._launched(path, forget)
        self._process, self._channel = launched.process, Channel(launched.connection)
        self._before = set(children()) - {self._process.pid}
        with contextlib.suppress(OSError):  # it has ended already, which is noticed when it is waited for
            self._channel.send({"forget": forget, "place": str(self._folder), "aim": self._aim})
        _nurseries.add(self._process.pid)

    def _launched(self, path: list[str], forget: list[str]) -> Launch:
        prefix = self._sandboxed([entry for entry in path if entry not in forget])
        early = None if prefix else take_early()
        if early is not None:
            return early
        try:
            return launch(path, prefix)
        except OSError as error:
            msg = f"The processes that run submissions can't be started: {error}."
            raise self._failure(msg) from None

    def _sandboxed(self, libraries: list[str]) -> list[str]:
        """Return what comes before the nursery's command: nothing, or the sandbox that it is in."""
        if self._aim["wanted"] != "bwrap":
            return []
        from grader.grading._bubblewrap import NoSandboxError, sandbox  # noqa: PLC0415 - few grade in it

        try:
            self._folder.mkdir(mode=0o711)  # the sandbox can only show what is there
        except OSError as error:
            what = f"No folder for the workers can be made in {self._folder.parent}"
            msg = f"{what}: {error.strerror or error}.\n{_REMEDY}"
            raise self._failure(msg) from None
        try:
            return sandbox(libraries, self._folder)
        except NoSandboxError:
            self._folder.rmdir()
            raise

    def number_here(self, slot: int) -> int:
        """Return the number of a slot's process as this process knows it, which is not in its sandbox."""
        if self._aim["wanted"] != "bwrap" or self._process is None:
            return slot
        return seen_from_here(slot, self._process.pid)

    def _ready(self) -> Channel:
        refused = False
        for _ in range(_ATTEMPTS):
            self._start()
            assert self._channel is not None  # noqa: S101 - `_start` has made it
            if self._is_ready:
                return self._channel
            try:
                told = self._channel.receive(_START_SECONDS)
            except OSError:
                self._stop(at_once=True)
                continue
            if "fault" in told:
                self._stop()
                if not refused:  # which the system may do once, for lack of memory or room, and not again
                    refused = True
                    continue
                msg = f"{told['fault']}\n{_REMEDY}"
                raise self._failure(msg)
            self._is_ready = True
            self._isolation = lower(self._isolation, Isolation(told["level"], tuple(told["gaps"])))
            return self._channel
        msg = f"The processes that run submissions did not start, {_ATTEMPTS} times: {_BY_WHOM}"
        raise self._failure(msg)

    def _failure(self, text: str) -> CannotJudgeError:
        self.failed = True
        return CannotJudgeError(text)

    def _stop(self, *, at_once: bool = False) -> None:
        if self._channel is not None:
            self._channel.close()
            self._channel = None
        self._is_ready = False
        process, self._process = self._process, None
        if process is not None:
            self._end(process, at_once=at_once)
            _nurseries.discard(process.pid)
            remove_shortcut(self._folder)
            remove(self._folder)
        if not _nurseries:
            prctl(DUMPABLE, 1)

    def _end(self, process: subprocess.Popen[bytes], *, at_once: bool) -> None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            if not at_once and process.wait(_END_SECONDS) == 0:
                return  # and then it has left nothing
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        end_children(spare=self._before | _nurseries)


@dataclass(frozen=True, slots=True)
class _Opened:
    """A slot's process.

    Attributes:
        channel: to it.
        process: its number, as the nursery knows it.
        number_here: the same, as this process knows it.
    """

    channel: Channel
    process: int
    number_here: int


class Slot:
    """Performs one job after another: those that need the libraries for HTTP in one process, others in another."""

    def __init__(self, supervisor: Supervisor) -> None:
        """Make a slot that is opened when it is needed."""
        self._supervisor = supervisor
        self._opened: dict[bool, _Opened] = {}
        self._runs = 0

    def perform(self, job: Job, witness: Witness, rendezvous: Rendezvous | None = None) -> Outcome:
        """Run a job in a worker of its own.

        Args:
            job: what is to be run.
            witness: hears of what begins and ends.
            rendezvous: hears of it instead where the job has processes of its own.

        Raises:
            SlotLostError: the slot's process has ended; the next call opens another.
            CannotJudgeError: the grader itself is at fault.
        """
        opened = self._open(http=job.http)
        self._runs += 1
        try:
            if rendezvous is None:
                return self._run(opened.channel, job, witness)
            return self._run_with_processes(opened, job, rendezvous)
        except SlotLostError:
            del self._opened[job.http]
            opened.channel.close()
            self._supervisor.give_up(opened.process)
            raise

    def close(self) -> None:
        """End the slot."""
        while self._opened:
            self._opened.popitem()[1].channel.close()

    def _open(self, *, http: bool) -> _Opened:
        if http not in self._opened:
            channel, process = self._supervisor.slot(http=http)
            self._opened[http] = _Opened(channel, process, self._supervisor.number_here(process))
        return self._opened[http]

    def _run_with_processes(self, opened: _Opened, job: Job, rendezvous: Rendezvous) -> Outcome:
        """Run a job whose processes meet at a rendezvous; what the worker says of them by itself doesn't count."""
        reader, writer = socket.socketpair()
        writer.settimeout(0)

        def wish(what: Wish) -> None:
            with contextlib.suppress(OSError):
                writer.send(WISHES[what])

        try:
            with (
                reader,
                writer,
                rendezvous.opened(self._supervisor.folder, family_of(opened.number_here), wish) as request,
            ):
                outcome = self._run(
                    opened.channel, replace(job, request=request), Witness({}), reader, lambda: rendezvous.decides
                )
        except OSError as error:
            msg = (
                f"The processes of a run have nowhere to meet: {error.strerror or error}. Set TMPDIR to a shorter path."
            )
            raise CannotJudgeError(msg) from None
        if rendezvous.stop is not None:
            outcome.ending = Ending("answered", strays=outcome.ending.strays)
        if outcome.observation is not None or rendezvous.stop is not None:
            outcome.observation = rendezvous.observed(outcome.observation or Observation("stopped"))
        return outcome

    def _run(
        self,
        channel: Channel,
        job: Job,
        witness: Witness,
        wishes: socket.socket | None = None,
        decides: Callable[[], bool] = lambda: False,
    ) -> Outcome:
        try:
            ours, theirs = socket.socketpair()
            readable, writable = os.pipe()
        except OSError as error:
            msg = f"A program's run can't be prepared: {error.strerror or error}."
            raise CannotJudgeError(msg) from None
        with ours, os.fdopen(readable, "rb", buffering=0) as output:
            try:
                channel.send({"run": self._runs, **_told(job)}, (theirs.fileno(), writable))
            except OSError as error:
                raise SlotLostError(str(error), begun=False) from None
            finally:
                theirs.close()
                os.close(writable)
            ends = Ends(channel, ours, output.fileno(), wishes, decides)
            return Conversation(self._runs, ends, witness, job.wall_seconds).hold()


def _told(job: Job) -> dict[str, Any]:
    return {name: getattr(job, name) for name in Job.__dataclass_fields__}


def _scratch() -> str:
    """Return the folder for temporary files: the one that the user asked for, or else the system's."""
    asked = next((os.environ[name] for name in ("TMPDIR", "TEMP", "TMP") if os.environ.get(name)), None)
    if asked is not None:
        return str(Path(asked).absolute())
    try:
        return tempfile.gettempdir()
    except FileNotFoundError:
        return "/tmp"  # noqa: S108 - where making a folder fails, with the reason
