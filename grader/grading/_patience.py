"""How long a worker may go on: processor time for what computes, real time for what is blocked."""

from __future__ import annotations

import time
from typing import Literal

from grader.lab.proc import cpu_seconds as used_by
from grader.lab.proc import family, is_computing

Step = Literal["wait", "ask", "consult", "end"]

LONGEST = 6
"""How many times its limit a worker may go on at most."""

_GRACE_SECONDS = 0.5
_LAST_CPU_SECONDS = 2.0
_SLICES = 5
_SHORTEST_LOOK = 0.05
_CROWD = 100
_PROGRESS = 0.001


class Patience:
    """Decides what is to be done about one worker.

    A program that computes is ended by its processor time, so that a busy machine can't make it look endless. One that
    is blocked for real uses none: it is ended by the clock. But it may be waiting for the judge, which waits for a
    processor itself. So the judge is consulted, again and again: a program is blocked if in a fifth of its time, at
    whose beginning the judge has answered all that it was told, it has neither computed nor said anything.

    One that has, or waits for a processor, gets more time, up to six times as much; unless it is itself what keeps the
    machine busy, with a crowd of processes.

    Attributes:
        limit: ``cpu`` or ``time`` once that limit has been reached, else empty.
    """

    def __init__(self, pid: int, wall_seconds: float, cpu_seconds: float) -> None:
        """Begin to wait for the process `pid`."""
        self._pid = pid
        self._cpu = cpu_seconds
        self._slice = wall_seconds / _SLICES
        now = time.monotonic()
        self._due = now + wall_seconds - self._slice
        self._last = now + LONGEST * wall_seconds
        self._is_consulting = False
        self._used: float | None = None  # by the worker, when the judge had answered everything for the last time
        self._seems_blocked = False
        self._is_crowd = False
        self.limit: Literal["", "cpu", "time"] = ""

    def seconds(self) -> float:
        """Return after how many seconds to look again."""
        until = max(0.0, self._due - time.monotonic())
        if self.limit == "time":
            return until
        # Threads that leave the interpreter's lock aside can use two processors at once.
        return min(until, max(_SHORTEST_LOOK, (self._cpu - used_by(self._pid)) / 2))

    def heard(self, *, news: bool) -> None:
        """Take note that the judge, which was consulted, has answered all that it was told.

        Args:
            news: whether that was anything since the last time.
        """
        if self._is_consulting:
            self._is_consulting = False
            self._seems_blocked &= self._is_crowd or not news
            self._used = used_by(self._pid)
            self._due = time.monotonic() + (0.0 if self._seems_blocked else self._slice)

    def look(self) -> Step:
        """Say what to do: ``ask`` the program where it is, ``consult`` the judge, which grants time, or ``end`` it."""
        used = used_by(self._pid)
        if self.limit != "time" and used >= self._cpu:
            if self.limit == "cpu":
                return "end"
            self.limit = "cpu"
            self._cpu += _LAST_CPU_SECONDS
            return "ask"
        now = time.monotonic()
        if now < self._due:
            return "wait"
        if self.limit == "time":
            return "end"
        if now < self._last and not self._seems_blocked:
            # Before the judge is: so nothing that it isn't told of can have happened between the two.
            self._is_crowd = family(self._pid, _CROWD) > _CROWD
            self._seems_blocked = self._used is not None and (self._is_crowd or not self._works(used - self._used))
            self._is_consulting = True
            self._due = self._last
            return "consult"
        self.limit = "time"
        self._due = now + _GRACE_SECONDS
        return "ask"

    def _works(self, used: float) -> bool:
        return used > _PROGRESS or is_computing(self._pid)
