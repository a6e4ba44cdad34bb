"""How long a worker may go on: processor time for what computes, real time for what is blocked."""

from __future__ import annotations

import time
from typing import Literal

from grader.lab.proc import cpu_seconds as used_by
from grader.lab.proc import family, is_computing

Step = Literal["wait", "ask", "more", "end"]

_GRACE_SECONDS = 0.5
_LAST_CPU_SECONDS = 2.0
_LONGEST = 6
_SLICES = 5
_SHORTEST_LOOK = 0.05
_CROWD = 100
_PROGRESS = 0.001


class Patience:
    """Decides what is to be done about one worker.

    A program that computes is ended by its processor time, so that a busy machine can't make it look endless. One that
    is blocked for real uses none: it is ended by the clock. When the clock says so while the program is computing, or
    waiting for a processor, it gets more time, up to six times as much; unless it is itself what keeps the machine
    busy, with a crowd of processes. So does one that has just computed: at the moment it may wait for the judge, which
    waits for a processor itself.

    Attributes:
        limit: ``cpu`` or ``time`` once that limit has been reached, else empty.
    """

    def __init__(self, pid: int, wall_seconds: float, cpu_seconds: float) -> None:
        """Begin to wait for the process `pid`."""
        self._pid = pid
        self._wall = wall_seconds
        self._cpu = cpu_seconds
        self._began = time.monotonic()
        self._due = self._began + wall_seconds
        self._used = 0.0
        self._computed = self._began  # when it was last seen to have
        self.limit: Literal["", "cpu", "time"] = ""

    def seconds(self) -> float:
        """Return after how many seconds to look again."""
        until = max(0.0, self._due - time.monotonic())
        if self.limit == "time":
            return until
        # Threads that leave the interpreter's lock aside can use two processors at once.
        return min(until, max(_SHORTEST_LOOK, (self._cpu - used_by(self._pid)) / 2))

    def look(self) -> Step:
        """Say what to do: ``ask`` the program where it is, tell the judge that it gets ``more`` time, or ``end`` it."""
        used = used_by(self._pid)
        if used > self._used + _PROGRESS:
            self._used, self._computed = used, time.monotonic()
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
        if now < self._began + _LONGEST * self._wall and self._deserves_more(now):
            self._due = now + self._wall / _SLICES
            return "more"
        self.limit = "time"
        self._due = now + _GRACE_SECONDS
        return "ask"

    def _deserves_more(self, now: float) -> bool:
        has_just_computed = now - self._computed < self._wall / _SLICES
        return (has_just_computed or is_computing(self._pid)) and family(self._pid, _CROWD) <= _CROWD
