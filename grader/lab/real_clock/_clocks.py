"""`time.sleep`, and the clocks of `time`, which run faster."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from grader.lab.real_clock._pace import PACE

if TYPE_CHECKING:
    from collections.abc import Callable


def _scaled_sleep(real: Callable[[float], None]) -> Callable[[float], None]:
    def sleep(seconds: float, /) -> None:
        """Stand in for `time.sleep`."""
        real(PACE.shortened(seconds))

    return sleep


class _Clock:
    """A clock that runs faster from the moment on at which it was set."""

    def __init__(self, real: Callable[[], Any]) -> None:
        self._real = real
        self.set()

    def set(self) -> None:
        """Let the scaled clock show what the real one shows."""
        self._start = self._real()

    def read(self) -> Any:  # noqa: ANN401 - float or int, as the real one
        """Return the time of the program."""
        return self._start + (self._real() - self._start) * PACE.factor


_NAMES = [name + suffix for name in ("monotonic", "perf_counter", "time") for suffix in ("", "_ns")]
_clocks = {name: _Clock(getattr(time, name)) for name in _NAMES}


def set_clocks() -> None:
    """Let all clocks begin at the present time."""
    for clock in _clocks.values():
        clock.set()


def program_time() -> int:
    """Return the program's time in nanoseconds, from an arbitrary beginning."""
    return int(_clocks["monotonic_ns"].read())


REPLACEMENTS: dict[Any, Any] = {
    time.sleep: _scaled_sleep(time.sleep),
    **{getattr(time, name): clock.read for name, clock in _clocks.items()},
}
"""Each real function that any module may hold, and what stands in for it."""
