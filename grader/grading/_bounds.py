"""What a worker may use up: processor time, memory, processes, files."""

from __future__ import annotations

import contextlib
import math
import os
import resource
import sys
import time

from grader.lab.proc import tasks_of

MEMORY = 2 << 30
"""Bytes of address space of each of a worker's processes."""

_OPEN_FILES = 256
_FILE_SIZE = 16 << 20
_PROCESSES = 256
_CPU_DRIFT = 1.5
"""Not every system counts processor time in the same way for a process's clock and for its limit."""

_CPU_GRACE_SECONDS = 1
_CPU_LAST_SECONDS = 2
_COUNT_SECONDS = 1.0


class ProcessCount:
    """How many processes and threads this user has: the system's limit counts all of them, not just a worker's."""

    def __init__(self) -> None:
        self._count = 0
        self._due = 0.0

    def now(self) -> int:
        """Count them, at most once a second: on a desktop there are thousands to look at."""
        if time.monotonic() >= self._due:
            self._count = tasks_of(os.getuid())
            self._due = time.monotonic() + _COUNT_SECONDS
        return self._count


def bound(cpu_seconds: float, others: int) -> None:
    """Bound this process and all that it will start.

    A program that is still computing after `cpu_seconds` and a moment is in code that no Python signal handler can
    interrupt: SIGXCPU ends it, and SIGKILL if it ignores that.

    Args:
        cpu_seconds: processor time that the program has been granted.
        others: processes and threads of this user that are none of the program's.
    """
    cpu = math.ceil(cpu_seconds * _CPU_DRIFT) + _CPU_GRACE_SECONDS
    _set(resource.RLIMIT_CPU, cpu, cpu + _CPU_LAST_SECONDS)
    _set(resource.RLIMIT_FSIZE, _FILE_SIZE)
    _set(resource.RLIMIT_NOFILE, _OPEN_FILES)
    _set(resource.RLIMIT_CORE, 0)
    if sys.platform == "linux":
        _set(resource.RLIMIT_MSGQUEUE, 0)  # such queues would outlive the program
        _set(resource.RLIMIT_AS, MEMORY)
        _set(resource.RLIMIT_NPROC, others + _PROCESSES)


def go_first() -> None:
    """When memory runs out, let the kernel end this process and what it starts before anything else.

    It must be dumpable: else what is its own in ``/proc`` belongs to root.
    """
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w", encoding="ascii") as score:  # noqa: PTH123 - as in `proc`
        score.write("1000")


def _set(limit: int, soft: int, hard: int | None = None) -> None:
    _, ceiling = resource.getrlimit(limit)
    hard = soft if hard is None else hard
    if ceiling != resource.RLIM_INFINITY:
        soft, hard = min(soft, ceiling), min(hard, ceiling)
    resource.setrlimit(limit, (soft, hard))
