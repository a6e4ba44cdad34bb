"""When and where something happens: in the simulation if one is running, else in the real world."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from grader.simulation import active
from grader.simulation._clock import nanoseconds
from grader.simulation._scheduler import Alarm, Waiting

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.simulation import Site

__all__ = [
    "Alarm",
    "call_later",
    "is_stopping",
    "nanoseconds",
    "now",
    "student_site",
    "wait_for_ever",
    "whereabouts",
]


def now() -> int:
    """Return the nanoseconds since the simulation began; without one, those of the monotonic clock."""
    scheduler = active()
    return time.monotonic_ns() if scheduler is None else scheduler.now


def whereabouts() -> tuple[int, int | None]:
    """Return the numbers of the running thread and of its asyncio task, if any.

    Without a simulation it is the thread's identifier, and None.
    """
    scheduler = active()
    if scheduler is None:
        return threading.get_ident(), None
    return scheduler.running.number, scheduler.running.task


def student_site() -> Site | None:
    """Return the watched line that led here, if there is one."""
    scheduler = active()
    return None if scheduler is None else scheduler.trace.caller()


def is_stopping() -> bool:
    """Tell whether the simulation is being stopped, and with it everything that goes on."""
    scheduler = active()
    return scheduler is not None and scheduler.stopping


def call_later(delay: int, function: Callable[[], None]) -> Alarm:
    """Have `function` called in so many nanoseconds of simulated time; there must be a simulation."""
    scheduler = active()
    assert scheduler is not None  # noqa: S101 - only what is in the simulated network calls this
    return scheduler.call_later(delay, function)


def wait_for_ever(what: str) -> None:
    """Block the thread with nobody to wake it; a deadlock report says that it waits for `what`."""
    scheduler = active()
    if scheduler is None:
        threading.Event().wait()
    else:
        scheduler.park(Waiting("socket", detail=what))
