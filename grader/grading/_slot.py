"""A slot: a process that runs one worker after another, on the judge's word, and leaves nothing of them behind."""

from __future__ import annotations

import contextlib
import os
import re
import selectors
import signal
import tempfile
from typing import TYPE_CHECKING, Any, NoReturn

from grader.grading._adopted import (
    CHILD_SUBREAPER,
    DUMPABLE,
    ChildWatch,
    Ended,
    collect,
    end_children,
    has_ended,
    prctl,
)
from grader.grading._becoming import Run, become_worker
from grader.grading._bounds import ProcessCount
from grader.grading._folders import remove
from grader.grading._patience import Patience
from grader.grading._privileges import Claim
from grader.grading._shared_memory import SharedMemory
from grader.grading._system_v import remove_shared

if TYPE_CHECKING:
    from pathlib import Path

    from grader.grading._becoming import Descent
    from grader.grading._wire import Channel

_STACK_LIMIT = 1 << 16


class Slot:
    """Runs one worker at a time."""

    def __init__(self, channel: Channel, folder: Path, descent: Descent) -> None:
        """Become a slot.

        Args:
            channel: to the judge.
            folder: where each run's folder is made.
            descent: how workers come to have few rights.
        """
        self._channel = channel
        self._folder = folder
        self._descent = descent
        self._claim = None if descent.way_down is None else Claim()
        self._user = os.getuid() if self._claim is None else self._claim.user
        self._processes = ProcessCount()
        prctl(CHILD_SUBREAPER, 1)
        prctl(DUMPABLE, 0)
        self._children = ChildWatch()
        # Where a worker's fault handler writes. It has no name, and is emptied after each run.
        self._stack = tempfile.TemporaryFile(dir=folder, buffering=0)  # noqa: SIM115 - it lives as long as the process

    def serve(self) -> NoReturn:
        """Run workers until the judge is gone."""
        with contextlib.suppress(ConnectionError):
            self._channel.send({"ready": os.getpid()})
            while True:
                job = self._channel.receive()
                if "module" in job:  # and not a late word about a run that has ended by itself
                    self._channel.send({"run": job["run"], **self._perform(job)})
        os._exit(0)

    def _perform(self, job: dict[str, Any]) -> dict[str, Any]:
        """Run one worker; return what is to be told of its end."""
        connection, output = self._channel.take_descriptors(2)
        folder = self._folder / f"{os.getpid()}-{job['run']}"
        run = Run(job, folder, folder / job["place"], connection, output, self._stack.fileno())
        shared_memory = SharedMemory(self._user)
        try:
            try:
                self._lay_out(run)
            except OSError as error:
                where = f"No run can be prepared in {self._folder.parent}: {error.strerror or error}."
                return {"fault": f"{where} Make room there, or set TMPDIR to another folder."}
            others = self._processes.now() if self._descent.way_down is None else 0
            slot = os.getpid()
            try:
                pid = os.fork()
            except OSError as error:
                what = f"No process can be started for a program: {error.strerror or error}."
                return {"fault": f"{what} End some others, and try again."}
            if pid == 0:
                self._children.close()
                self._channel.close()
                if self._claim is not None:
                    self._claim.close()  # here; the slot still has it
                become_worker(run, slot, others, self._descent, self._user)
            told = self._watch(pid, job)
            return {**told, "strays": end_children(session=pid), "stack": self._read_stack(run.file)}
        finally:
            os.close(connection)
            os.close(output)
            end_children()
            shared_memory.clear()
            remove(folder)
            if self._descent.way_down is not None:
                remove_shared(self._user)

    def _lay_out(self, run: Run) -> None:
        """Make the run's folder, with the submission's file in it and nothing else."""
        run.file.parent.mkdir(parents=True)
        run.file.write_bytes(run.job["source"].encode())
        run.folder.chmod(0o700)
        if self._descent.way_down is not None:
            for path in (run.file, *run.file.parents):
                os.chown(path, self._user, self._user)
                if path == run.folder:
                    break

    def _watch(self, pid: int, job: dict[str, Any]) -> dict[str, Any]:
        """Wait until the worker has ended, by itself, by its limits or because the judge wants it to."""
        patience = Patience(pid, job["wall_seconds"], job["cpu_seconds"])
        with selectors.DefaultSelector() as selector:
            selector.register(self._channel, selectors.EVENT_READ)
            selector.register(self._children, selectors.EVENT_READ)
            while (ended := _ended(pid)) is None:
                match patience.look():
                    case "ask":
                        os.kill(pid, signal.SIGPROF)
                    case "consult":
                        self._channel.send({"run": job["run"], "consult": True})
                    case "end":
                        _end_group(pid)
                ready = {key.fileobj for key, _ in selector.select(patience.seconds())}
                self._children.clear()
                for told in self._channel.arrived() if self._channel in ready else ():
                    if told.get("end") == job["run"]:
                        _end_group(pid)
                    elif told.get("ask") == job["run"]:
                        os.kill(pid, signal.SIGURG)
                    elif told.get("heard") == job["run"]:
                        patience.heard(news=told["news"])
        return {"status": ended.status, "memory": ended.memory, "cpu": ended.cpu, "limit": patience.limit}

    def _read_stack(self, file: Path) -> list[Any] | None:
        """Return line and function of the submission that its fault handler named, if it did; and forget the rest."""
        text = os.pread(self._stack.fileno(), _STACK_LIMIT, 0).decode("utf-8", "replace")
        if not text:
            return None
        self._stack.seek(0)
        self._stack.truncate()
        found = re.search(rf'File "{re.escape(str(file))}", line (\d{{1,6}}) in (\S{{1,100}})', text)
        return None if found is None else [int(found[1]), found[2]]


def _ended(pid: int) -> Ended | None:
    """Return how the worker has ended, once it has; by then its group has, too."""
    if hasattr(os, "waitid"):
        if not has_ended(pid):
            return None
        # Before its number is given back to the system.
        _end_group(pid)
        return collect(pid)
    ended = collect(pid)
    if ended is not None:
        _end_group(pid)
    return ended


def _end_group(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
