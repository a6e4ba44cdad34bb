"""Running a scenario on the real clock."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from grader.lab.real_clock import _clocks, _locks, _polling, _sockets
from grader.lab.real_clock._pace import PACE
from grader.simulation import Run
from grader.simulation._datetime import REPLACEMENTS as DATETIME
from grader.simulation._patching import Patches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

T = TypeVar("T")

# `datetime.now` asks `time.time_ns` there, which is scaled here.
_REPLACEMENTS = {
    **_clocks.REPLACEMENTS,
    **_locks.REPLACEMENTS,
    **_polling.REPLACEMENTS,
    **_sockets.REPLACEMENTS,
    **DATETIME,
}


class RealClock:
    """Runs a scenario on the real clock, `pace` times as fast: a program's second takes 1/`pace` s.

    There is no trace, no deadlock is noticed, and nothing left behind is: that is what a simulation is for.
    """

    def __init__(self, pace: int) -> None:
        self._pace = pace
        self._began = 0

    def run(self, function: Callable[[], T], watch: str) -> Run[T]:  # noqa: ARG002 - there is no trace
        """Call `function` while time is scaled."""
        with _scaled(self._pace):
            self._began = _clocks.program_time()
            value = function()
            return Run(value, None, None, self.now(), [], 0, ())

    def now(self) -> int:
        """Return the nanoseconds of the program's time that have passed in the run."""
        return _clocks.program_time() - self._began


@contextmanager
def _scaled(pace: int) -> Iterator[None]:
    patches = Patches()
    try:
        _clocks.set_clocks()
        patches.everywhere(_REPLACEMENTS)
        patches.set(threading.Thread, "join", _locks.scaled_join(threading.Thread.join))
        for kind in _polling.waiting_selectors():
            patches.set(kind, "select", _polling.scaled_waiting(vars(kind)["select"]))
        patches.add(socket.socket, "settimeout", _sockets.scaled_setter(socket.socket.settimeout))
        patches.add(socket.socket, "gettimeout", _sockets.scaled_getter(socket.socket.gettimeout))
        PACE.factor = pace
        yield
    finally:
        PACE.factor = 1
        patches.undo()
