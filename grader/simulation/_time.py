"""`time.sleep`, the clocks and the calendar of `time`: virtual for simulated threads and real for every other."""

from __future__ import annotations

import operator
import time
from typing import TYPE_CHECKING, Any

from grader.simulation import _scheduler
from grader.simulation._clock import MONOTONIC_START, NANOSECONDS, WALL_START, nanoseconds
from grader.simulation._states import Waiting
from grader.simulation._trace import shown_as

if TYPE_CHECKING:
    from collections.abc import Callable

_real_sleep = time.sleep


def sleep(seconds: float, /) -> None:
    """Stand in for `time.sleep`: let virtual time pass."""
    scheduler = _scheduler.active()
    if scheduler is None or not _can_be_slept(seconds):
        _real_sleep(seconds)
        return
    seconds = seconds if isinstance(seconds, float) else operator.index(seconds)
    if seconds == 0:
        scheduler.pause()
        scheduler.spin()
        return
    scheduler.park(Waiting("sleep"), nanoseconds(seconds), natural=True)


_LONGEST_SECONDS = 2**63 // NANOSECONDS


def _can_be_slept(seconds: Any) -> bool:  # noqa: ANN401 - whatever the program passes
    """Tell whether the real function accepts the argument; it raises the right error otherwise."""
    if not isinstance(seconds, float):
        if not hasattr(seconds, "__index__"):
            return False
        seconds = operator.index(seconds)
    return bool(0 <= seconds < _LONGEST_SECONDS)


def _clock(real: Callable[[], Any], start: int, *, whole: bool) -> Callable[[], Any]:
    def read() -> float:
        scheduler = _scheduler.active()
        if scheduler is None:
            return real()  # type: ignore[no-any-return]
        scheduler.spin()
        reading = start + scheduler.now
        return reading if whole else reading / NANOSECONDS

    read.__name__ = read.__qualname__ = real.__name__
    return shown_as(real.__name__, read)


_STARTS = {"monotonic": MONOTONIC_START, "perf_counter": MONOTONIC_START, "time": WALL_START}

CLOCKS: dict[Any, Any] = {
    getattr(time, name + suffix): _clock(getattr(time, name + suffix), start, whole=bool(suffix))
    for name, start in _STARTS.items()
    for suffix in ("", "_ns")
}
"""Each real clock function, and what stands in for it."""


def _clock_by_number(real: Callable[[int], Any], *, whole: bool) -> Callable[[int], Any]:
    names = {"CLOCK_REALTIME": WALL_START, "CLOCK_TAI": WALL_START, "CLOCK_REALTIME_COARSE": WALL_START}
    names |= dict.fromkeys(
        ("CLOCK_MONOTONIC", "CLOCK_MONOTONIC_RAW", "CLOCK_MONOTONIC_COARSE", "CLOCK_BOOTTIME", "CLOCK_UPTIME_RAW"),
        MONOTONIC_START,
    )
    starts = {getattr(time, name): start for name, start in names.items() if hasattr(time, name)}

    def read(clock: int, /) -> float:
        scheduler = _scheduler.active()
        # The clocks of processor time are the real ones.
        if scheduler is None or clock not in starts:
            return real(clock)  # type: ignore[no-any-return]
        scheduler.spin()
        reading = starts[clock] + scheduler.now
        return reading if whole else reading / NANOSECONDS

    read.__name__ = read.__qualname__ = real.__name__
    return shown_as(real.__name__, read)


def _wall_seconds(scheduler: _scheduler.Scheduler) -> float:
    return (WALL_START + scheduler.now) / NANOSECONDS


def _converting(real: Callable[..., Any]) -> Callable[..., Any]:
    """Make a stand-in for a function that takes the present time where it is given none."""

    def convert(seconds: float | None = None, /) -> Any:  # noqa: ANN401 - as the real function
        scheduler = _scheduler.active()
        if seconds is None and scheduler is not None:
            seconds = _wall_seconds(scheduler)
        return real(seconds)

    convert.__name__ = convert.__qualname__ = real.__name__
    return convert


def _formatting(real: Callable[..., str]) -> Callable[..., str]:
    """Make a stand-in for a function whose last argument is a time tuple, by default the present local time."""
    expected = 1 if real is time.strftime else 0

    def convert(*args: Any) -> str:  # noqa: ANN401 - as the real function
        scheduler = _scheduler.active()
        if len(args) == expected and scheduler is not None:
            args = (*args, _real_localtime(_wall_seconds(scheduler)))
        return real(*args)

    convert.__name__ = convert.__qualname__ = real.__name__
    return convert


_real_localtime = time.localtime
_BY_NUMBER: dict[Any, Any] = {
    getattr(time, name): _clock_by_number(getattr(time, name), whole=name.endswith("_ns"))
    for name in ("clock_gettime", "clock_gettime_ns")
    if hasattr(time, name)
}
_CALENDAR: dict[Any, Any] = {
    **{real: _converting(real) for real in (time.localtime, time.gmtime, time.ctime)},
    **{real: _formatting(real) for real in (time.asctime, time.strftime)},
}

REPLACEMENTS: dict[Any, Any] = {**CLOCKS, **_BY_NUMBER, **_CALENDAR, _real_sleep: sleep}
"""Each real function that any module may hold, and what stands in for it."""
