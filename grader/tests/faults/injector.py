"""Faults at every point of the protocol: counts what each process of a grading says and hears, and strikes at the n-th.

It is put around the real functions by whoever stages a grading; the grader itself knows nothing of it.
"""

from __future__ import annotations

import errno
import mmap
import os
import pathlib
import signal
import struct
import tempfile
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import grader.report
from grader.grading import _conversation, _nursery, _slot, _supervising, _worker, workers
from grader.grading._wire import Channel
from grader.lab.guarding import Guard
from grader.report import TerminalReport, files

if TYPE_CHECKING:
    from collections.abc import Callable

PROCESSES = ("judge", "nursery", "slot", "worker")
KINDS = (*PROCESSES, "fork", "disk")
_STRUCK = len(KINDS)


@dataclass(frozen=True)
class Fault:
    """What is to go wrong.

    Attributes:
        at: a process, which comes by points where it speaks, hears or begins; or ``fork`` and ``disk``, which are
            points at which nursery and slots start a process or write.
        point: at how many such points it happens; 0 for never.
        does: names of signals, or of errors.
        every: whether it happens at each point from that one on, and not just there.
    """

    at: str = "judge"
    point: int = 0
    does: tuple[str, ...] = ()
    every: bool = False


class Injector:
    """Counts points in memory that all processes of a grading share; one process of a kind is at work at a time."""

    def __init__(self, fault: Fault) -> None:
        self._fault = fault
        self._process = "judge"
        self._shared = mmap.mmap(-1, mmap.PAGESIZE)
        self._lock = threading.Lock()

    def counts(self) -> dict[str, int]:
        """Return how many points there were of each kind."""
        return {kind: self._read(index) for index, kind in enumerate(KINDS)}

    def struck(self) -> int:
        """Return how often the fault has happened."""
        return self._read(_STRUCK)

    def install(self) -> None:
        """Put points around all that the four processes say to each other, and around what the judge keeps."""
        for owner, name in [
            (Channel, "send"),
            (_supervising.Supervisor, "start"),
            (_supervising.Supervisor, "close"),
            (TerminalReport, "exercise"),
            (TerminalReport, "end"),
            (_worker, "encode"),
            (_worker._Answer, "_end"),
            (_slot, "remove"),
            (_nursery, "remove"),
        ]:
            self._before(owner, name)
        for owner, name in [
            (Channel, "_fill"),
            (_conversation, "admit_announcement"),
            (_conversation, "admit_observation"),
            (_supervising.Supervisor, "close"),
            (workers.WorkerPlayer, "close"),
            (TerminalReport, "end"),
            (files, "_new_file"),
            (grader.report, "write_file"),
            (_worker, "receive_line"),
        ]:
            self._after(owner, name)
        self._before(_nursery, "main", process="nursery")
        self._before(_nursery, "_make")
        self._before(_nursery, "load_libraries")
        self._before(_nursery, "_slot", process="slot")
        self._before(_slot, "become_worker", process="worker")
        self._before(os, "fork", kind="fork")
        self._before(pathlib.Path, "mkdir", kind="disk")
        self._before(pathlib.Path, "write_bytes", kind="disk")
        self._before(tempfile, "TemporaryFile", kind="disk")
        _worker._guard = Guard()  # to which all of this is what the grader has always been

    def _before(self, owner: Any, name: str, *, process: str = "", kind: str = "") -> None:  # noqa: ANN401 - any owner
        function: Callable[..., Any] = getattr(owner, name)

        def with_point(*args: Any, **options: Any) -> Any:  # noqa: ANN401 - whatever it takes and returns
            if process:
                self._process, self._lock = process, threading.Lock()
            if not kind or self._process in {"nursery", "slot"}:
                self._come_by(kind or self._process)
            return function(*args, **options)

        setattr(owner, name, with_point)

    def _after(self, owner: Any, name: str) -> None:  # noqa: ANN401 - as above
        function: Callable[..., Any] = getattr(owner, name)

        def with_point(*args: Any, **options: Any) -> Any:  # noqa: ANN401 - as above
            result = function(*args, **options)
            self._come_by(self._process)
            return result

        setattr(owner, name, with_point)

    def _come_by(self, kind: str) -> None:
        with self._lock:  # the judge has several threads
            number = self._add(KINDS.index(kind))
        fault = self._fault
        if fault.at != kind or not fault.point or not (number == fault.point or (fault.every and number > fault.point)):
            return
        self._add(_STRUCK)
        for name in fault.does:
            if name.startswith("SIG"):
                os.kill(os.getpid(), getattr(signal, name))
            else:
                number = getattr(errno, name)
                raise OSError(number, os.strerror(number))

    def _add(self, index: int) -> int:
        value = self._read(index) + 1
        struct.pack_into("q", self._shared, 8 * index, value)
        return value

    def _read(self, index: int) -> int:
        return int(struct.unpack_from("q", self._shared, 8 * index)[0])
