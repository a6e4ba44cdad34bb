"""Looking at processes, through ``/proc``. Where there is none, there is nothing to see."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_STATE, _PARENT = 0, 1
_RUNS, _WAITS_FOR_DISK = b"R", b"D"
_SAMPLES = 10
_CROWD = 400
_SAMPLE_SECONDS = 0.01
_CPU_CLOCK = 2
_PART = 1 << 16


def children(parent: int | None = None) -> list[int]:
    """List the children of a process, by default of this one. Some that change just now may be missed."""
    pid = os.getpid() if parent is None else parent
    found: list[int] = []
    for task in _numbers(f"/proc/{pid}/task"):
        try:
            found += [int(number) for number in _read(f"/proc/{pid}/task/{task}/children").split()]
        except FileNotFoundError:
            # This kernel doesn't keep that list, or the thread has ended.
            return list(_searched(pid))
        except ProcessLookupError:
            continue
    return found


def family(pid: int, limit: int) -> int:
    """Count a process and its descendants that can be found from there, not much further than to `limit`."""
    return 1 + len(descendants(pid, limit))


def descendants(pid: int, limit: int) -> list[int]:
    """List the processes below a process that can be found from there, not much further than to `limit`."""
    return sorted(pid for generation in generations(pid, limit) for pid in generation)


def generations(pid: int, limit: int) -> Iterator[list[int]]:
    """Yield the children of a process, then the children of these, and so on, not much further than to `limit`."""
    known, found = {pid}, [pid]
    while found and len(known) <= limit:
        found = [child for parent in found for child in children(parent) if child not in known]
        known.update(found)
        yield found


def is_computing(pid: int) -> bool:
    """Tell whether any thread of a process, or of one below it, runs, or would if there were a processor for it."""
    for _ in range(_SAMPLES):
        if busy([pid, *descendants(pid, _CROWD)]):
            return True
        time.sleep(_SAMPLE_SECONDS)
    return False


def crowded_seconds() -> float:
    """Return for how long there have been more programs on this machine that could run than processors for them.

    Since it was started; 0 if the system doesn't count that.
    """
    try:
        # some avg10=0.00 avg60=0.00 avg300=0.00 total=12345678
        return int(_read("/proc/pressure/cpu").split()[4].partition(b"=")[2]) / 1e6
    except (OSError, IndexError, ValueError):
        return 0.0


def busy(pids: Iterable[int], spare: int = 0) -> bool:
    """Tell whether any thread of these processes runs just now, or would if there were a processor for it.

    Args:
        pids: the processes.
        spare: number of a thread that doesn't count.
    """
    for pid in pids:
        for task in _numbers(f"/proc/{pid}/task"):
            with contextlib.suppress(OSError):
                if _status(f"/proc/{pid}/task/{task}")[_STATE] in {_RUNS, _WAITS_FOR_DISK} and int(task) != spare:
                    return True
    return False


def cpu_seconds(pid: int) -> float:
    """Return the processor time that a process has used, with all its threads; 0 where that can't be known."""
    if sys.platform != "linux":
        return 0.0
    try:
        return time.clock_gettime((~pid << 3) | _CPU_CLOCK)  # as clock_getcpuclockid(3) makes it
    except OSError:
        return 0.0


def tasks_of(user: int) -> int:
    """Count a user's processes and threads."""
    total = 0
    for pid in _numbers("/proc"):
        with contextlib.suppress(OSError):
            if os.stat(f"/proc/{pid}").st_uid == user:  # noqa: PTH116 - plain strings: there may be thousands
                total += os.stat(f"/proc/{pid}/task").st_nlink - 2  # noqa: PTH116 - as above
    return total


def _searched(parent: int) -> Iterator[int]:
    """Yield a process's children by looking at all processes."""
    for pid in _numbers("/proc"):
        with contextlib.suppress(OSError):
            if int(_status(f"/proc/{pid}")[_PARENT]) == parent:
                yield int(pid)


def _status(folder: str) -> list[bytes]:
    # What follows the name, which may hold anything, in brackets.
    return _read(f"{folder}/stat").rpartition(b")")[2].split()


def _numbers(folder: str) -> list[str]:
    try:
        return [name for name in os.listdir(folder) if name.isdigit()]  # noqa: PTH208 - as above
    except OSError:
        return []


def _read(path: str) -> bytes:
    # Without a file object: while processes run, files like these are read hundreds of times a second.
    descriptor = os.open(path, os.O_RDONLY)
    try:
        parts = []
        while part := os.read(descriptor, _PART):
            parts.append(part)
    finally:
        os.close(descriptor)
    return b"".join(parts)
