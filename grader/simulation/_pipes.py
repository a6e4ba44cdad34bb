"""`os.read` and `os.write` on pipes: they wait in virtual time."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from grader.simulation import _scheduler
from grader.simulation._states import Waiting
from grader.simulation._trace import shown_as
from grader.simulation.network import READABLE, WRITABLE, announce, events_now, socket_at

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

    from grader.simulation._patching import Patches

_real_read = os.read
_real_write = os.write


def install(patches: Patches) -> None:
    """Replace the two functions."""
    patches.set(os, "read", read)
    patches.set(os, "write", write)


def read(fd: int, length: int, /) -> bytes:
    """Stand in for `os.read`: wait in virtual time until a pipe has something, or its other end is closed."""
    if _scheduler.active() is not None:
        simulated = socket_at(fd)
        if simulated is not None:
            return simulated.recv(length)
        if not events_now({fd: READABLE}) and os.get_blocking(fd):
            _wait(fd, READABLE, "os.read")
    data = _real_read(fd, length)
    announce()
    return data


def write(fd: int, data: ReadableBuffer, /) -> int:
    """Stand in for `os.write`: write all of `data` to a pipe, waiting in virtual time while it is full."""
    if _scheduler.active() is not None:
        simulated = socket_at(fd)
        if simulated is not None:
            return simulated.send(data)
        mode = os.fstat(fd).st_mode
        if (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)) and os.get_blocking(fd):
            return _write_all(fd, data)
    written = _real_write(fd, data)
    announce()
    return written


shown_as("os.read", read)
shown_as("os.write", write)


def _write_all(fd: int, data: ReadableBuffer) -> int:
    view = memoryview(data).cast("B")
    written = 0
    while True:
        if not events_now({fd: WRITABLE}):
            _wait(fd, WRITABLE, "os.write")
        # A write of more than there is room for would block for real.
        os.set_blocking(fd, False)
        try:
            written += _real_write(fd, view[written:])
        finally:
            os.set_blocking(fd, True)
        announce()
        if written >= len(view):
            return written


def _wait(fd: int, event: int, detail: str) -> None:
    scheduler = _scheduler.active()
    if scheduler is not None:
        scheduler.park(Waiting("pipe", detail=detail), ready=lambda: bool(events_now({fd: event})))
