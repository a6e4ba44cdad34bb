"""The judge's side of supervision: starting the supervisor, and running one play at a time in each of its slots."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

import grader
from grader.grading import _adopted as adopted
from grader.grading._wire import LineReader, MalformedError, encode
from grader.lab import CannotJudgeError
from grader.lab.observation import Observation
from grader.lab.seen import Ending
from grader.lab.witness import Witness

OUTPUT_LIMIT = 64 << 10
"""Bytes of a program's output that are kept; the rest is read and thrown away."""

_START_SECONDS = 60.0
_END_SECONDS = 20.0
_LATE_SECONDS = 0.2

_BOOT = (
    "import json, sys; path, forget, fd = json.loads(sys.argv[1]); sys.path[:] = path; "
    "from grader.grading import _supervisor; _supervisor.main(fd, forget)"
)


class SupervisorLostError(Exception):
    """A process that watches over workers has ended."""


@dataclass(frozen=True, slots=True)
class Job:
    """One run to be performed by a worker.

    Attributes:
        request: the cast scenario, as plain data.
        module: dotted name of the submission's module.
        place: path of its file below the run's folder.
        source: its bytes.
        wall_seconds: real time until the worker is ended.
        cpu_seconds: processor time until the worker is ended.
    """

    request: dict[str, Any]
    module: str
    place: str
    source: bytes
    wall_seconds: float
    cpu_seconds: float


@dataclass(slots=True)
class Outcome:
    """What came back from a run.

    Attributes:
        observation: what the worker reported, if that was valid.
        ending: how the worker ended.
        output: what the program printed, clipped.
        seconds: real time that it took.
        memory: the most memory that the worker used, in bytes.
    """

    observation: Observation | None = None
    ending: Ending = field(default_factory=lambda: Ending("answered"))
    output: bytes = b""
    seconds: float = 0.0
    memory: int = 0


class Supervisor:
    """The supervisor's process, started on demand and again when it has been lost."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._before: set[int] = set()
        self.folder = Path(tempfile.mkdtemp(prefix="grader-"))

    def start(self) -> None:
        """Start the process without waiting for it to be ready."""
        with self._lock:
            self._start()

    def slot(self) -> socket.socket:
        """Open a new slot and return the connection to it.

        Raises:
            CannotJudgeError: the supervisor can't be started.
        """
        with self._lock:
            for _ in range(2):
                self._start()
                assert self._control is not None
                ours, theirs = socket.socketpair()
                try:
                    with theirs:
                        socket.send_fds(self._control, [b"s"], [theirs.fileno()])
                except OSError:
                    ours.close()
                    self._stop()
                    continue
                return ours
        msg = "the supervisor of the workers could not be started"
        raise CannotJudgeError(msg)

    def close(self) -> None:
        """End the supervisor and everything below it, and remove its folder."""
        with self._lock:
            self._stop()
        remove(self.folder)

    def _start(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._ready()
            return
        self._stop()
        self._before = adopted.adopt()
        ours, theirs = socket.socketpair()
        path, forget = _import_path()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own code
                [sys.executable, "-P", "-s", "-S", "-B", "-c", _BOOT, json.dumps([path, forget, theirs.fileno()])],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                env={"PATH": os.defpath, "LANG": "C.UTF-8", "PYTHONHASHSEED": "0", "MALLOC_ARENA_MAX": "4"},
                cwd=self.folder,
                start_new_session=True,
            )
        self._control = ours
        self._is_ready = False

    _is_ready = False

    def _ready(self) -> None:
        if self._is_ready or self._control is None:
            return
        self._control.settimeout(_START_SECONDS)
        try:
            greeting = self._control.recv(1)
        except OSError:
            greeting = b""
        if not greeting:
            msg = "the supervisor of the workers did not start: see the output above"
            raise CannotJudgeError(msg)
        self._is_ready = True

    def _stop(self) -> None:
        if self._control is not None:
            self._control.close()
            self._control = None
        process, self._process = self._process, None
        if process is None:
            return
        try:
            process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        adopted.end_all(self._before)


class Slot:
    """Performs one job after another."""

    def __init__(self, supervisor: Supervisor) -> None:
        self._supervisor = supervisor
        self._control: socket.socket | None = None
        self._count = 0

    def perform(self, job: Job, witness: Witness) -> Outcome:
        """Run a job in a worker of its own.

        Raises:
            SupervisorLostError: the slot's process has ended; the next call opens another.
            CannotJudgeError: the grader itself is at fault.
        """
        if self._control is None:
            self._control = self._supervisor.slot()
        folder = Path(tempfile.mkdtemp(dir=self._supervisor.folder))
        try:
            file = folder / job.place
            file.parent.mkdir(parents=True)
            file.write_bytes(job.source)
            return self._run(job, witness, folder, file)
        except OSError as error:
            self._lose()
            raise SupervisorLostError(str(error)) from error
        finally:
            remove(folder)

    def close(self) -> None:
        """End the slot."""
        if self._control is not None:
            self._control.close()
            self._control = None

    def _run(self, job: Job, witness: Witness, folder: Path, file: Path) -> Outcome:
        assert self._control is not None
        ours, theirs = socket.socketpair()
        readable, writable = os.pipe()
        with ours, os.fdopen(readable, "rb", buffering=0) as output:
            message = encode(
                {
                    "request": job.request,
                    "module": job.module,
                    "file": str(file),
                    "folder": str(folder),
                    "cpu_seconds": job.cpu_seconds,
                }
            )
            try:
                sent = socket.send_fds(self._control, [message], [theirs.fileno(), writable])
                self._control.sendall(message[sent:])
            finally:
                theirs.close()
                os.close(writable)
            return _Conversation(self._control, ours, output.fileno(), witness, job.wall_seconds).hold()

    def _lose(self) -> None:
        if self._control is not None:
            self._control.close()
            self._control = None


class _Conversation:
    """Listens to one worker, its output and its slot until the slot has cleared everything away."""

    def __init__(
        self, control: socket.socket, worker: socket.socket, output: int, witness: Witness, wall_seconds: float
    ) -> None:
        self._control = control
        self._worker = worker
        self._output = output
        self._witness = witness
        self._began = time.monotonic()
        self._deadline = self._began + wall_seconds
        self._wall_seconds = wall_seconds
        self._reader = LineReader()
        self._outcome = Outcome()
        self._answered = False
        self._told_to_end = False
        self._problem: Ending | None = None

    def hold(self) -> Outcome:
        os.set_blocking(self._output, False)
        self._worker.setblocking(False)
        with selectors.DefaultSelector() as selector:
            selector.register(self._control, selectors.EVENT_READ, self._on_control)
            selector.register(self._worker, selectors.EVENT_READ, self._on_worker)
            selector.register(self._output, selectors.EVENT_READ, self._on_output)
            while True:
                for key, _ in selector.select(max(0.0, self._deadline - time.monotonic())):
                    ended = key.data(selector)
                    if ended is not None:
                        self._drain()
                        return self._conclude(ended)
                if time.monotonic() >= self._deadline:
                    self._on_deadline()

    def _on_deadline(self) -> None:
        if self._told_to_end:
            msg = "the slot did not end its worker"
            raise OSError(msg)
        if not self._answered:
            self._problem = self._problem or Ending("time", why=f"{self._wall_seconds:g} s")
        self._end()

    def _end(self) -> None:
        if not self._told_to_end:
            self._told_to_end = True
            self._deadline = time.monotonic() + _END_SECONDS
            self._control.sendall(b"e")

    def _on_worker(self, selector: selectors.BaseSelector) -> dict[str, Any] | None:
        try:
            data = self._worker.recv(1 << 16)
        except BlockingIOError:
            return None
        except OSError:
            data = b""
        if not data:
            # The worker has closed; its slot tells in a moment how it ended, or the time limit ends it.
            selector.unregister(self._worker)
            return None
        if self._problem is None and not self._answered:
            try:
                for line in self._reader.feed(data):
                    self._handle(line)
            except (MalformedError, ValueError, KeyError, TypeError, RecursionError) as error:
                self._problem = Ending("invalid", why=str(error)[:200] or type(error).__name__)
                self._end()
        return None

    def _handle(self, line: bytes) -> None:
        if line.startswith(b'{"do":"answer"'):
            self._outcome.observation = msgspec.json.decode(line, type=_Answer).observation
            self._answered = True
            self._deadline = min(self._deadline, time.monotonic() + _LATE_SECONDS)
            return
        message = msgspec.json.decode(line, type=_Announcement)
        match message.do:
            case "begin":
                self._witness.begin(message.key, message.details)
            case "end":
                payload = encode({"payload": self._witness.end(message.key)})
                # A worker that doesn't read what it asked for loses it; the judge never waits.
                with contextlib.suppress(BlockingIOError):
                    self._worker.send(payload)
            case "abandon":
                self._witness.abandon(message.key, message.details)
            case "note":
                self._witness.note(message.key, message.details)
            case "fault":
                raise ValueError(message.text)

    def _on_output(self, selector: selectors.BaseSelector) -> dict[str, Any] | None:
        data = self._read_output()
        if data == b"":
            selector.unregister(self._output)
        return None

    def _read_output(self) -> bytes | None:
        try:
            data = os.read(self._output, 1 << 16)
        except BlockingIOError:
            return None
        room = OUTPUT_LIMIT - len(self._outcome.output)
        self._outcome.output += data[: max(0, room)]
        return data

    def _drain(self) -> None:
        """Take what was still under way when the worker had ended."""
        while not self._answered and self._problem is None:
            try:
                data = self._worker.recv(1 << 16)
            except OSError:
                break
            if not data:
                break
            try:
                for line in self._reader.feed(data):
                    self._handle(line)
            except (MalformedError, ValueError, KeyError, TypeError, RecursionError) as error:
                self._problem = Ending("invalid", why=str(error)[:200] or type(error).__name__)
        for _ in range(64):
            if not self._read_output():
                break

    def _on_control(self, _: selectors.BaseSelector) -> dict[str, Any] | None:
        line = self._control.recv(4096)
        if not line:
            raise ConnectionError
        while not line.endswith(b"\n"):
            line += self._control.recv(4096)
        told: dict[str, Any] = json.loads(line)
        return told

    def _conclude(self, told: dict[str, Any]) -> Outcome:
        status, strays = told["status"], told["strays"]
        self._outcome.memory = told["memory"]
        self._outcome.seconds = time.monotonic() - self._began
        if self._answered:
            self._outcome.ending = Ending("answered", strays=strays)
        elif self._problem is not None:
            self._outcome.ending = self._problem
        elif status is None:
            self._outcome.ending = Ending("invalid", strays=strays, why="it closed its connection")
        elif status < 0:
            self._outcome.ending = Ending("killed", -status, strays)
        else:
            self._outcome.ending = Ending("exited", status, strays)
        return self._outcome


class _Answer(msgspec.Struct, forbid_unknown_fields=True):
    do: str
    observation: Observation


class _Announcement(msgspec.Struct, forbid_unknown_fields=True):
    do: str
    key: str = ""
    details: dict[str, Any] = {}
    text: str = ""


def remove(folder: Path) -> None:
    """Remove a folder that a submission may have made hard to remove."""

    def retry(function: Any, path: str, _: object) -> None:  # noqa: ANN401 - as shutil calls it
        with contextlib.suppress(OSError):
            os.chmod(os.path.dirname(path), 0o700)  # noqa: PTH101, PTH120 - plain strings, as shutil gives them
            os.chmod(path, 0o700)  # noqa: PTH101 - plain strings, as shutil gives them
            function(path)

    shutil.rmtree(folder, onerror=retry)
    if folder.exists():
        shutil.rmtree(folder, ignore_errors=True)


def _import_path() -> tuple[list[str], list[str]]:
    """Return the supervisor's import path, and what of it a submission must not import from."""
    home = str(Path(grader.__file__).resolve().parent.parent)
    paths = sysconfig.get_paths()
    libraries = {str(Path(paths[name]).resolve()) for name in ("purelib", "platlib", "stdlib", "platstdlib")}
    entries = [entry for entry in sys.path if entry and Path(entry).resolve() != Path(home)]
    kept = [entry for entry in entries if _is_library(Path(entry).resolve(), libraries)]
    forget = [] if home in libraries else [home]
    return [*kept, *forget], forget


def _is_library(entry: Path, libraries: set[str]) -> bool:
    return (
        any(entry == Path(library) or Path(library) in entry.parents for library in libraries) or entry.suffix == ".zip"
    )
