"""When and where something happens: in the simulation if one is running, else in the real world."""

from __future__ import annotations

import sys
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from grader.simulation import Scheduler, Site
    from grader.simulation._states import Alarm


_simulation: list[ModuleType] = []
"""The package, once it has been found. A submission may put something else where it was."""


def active() -> Scheduler | None:
    """Return the simulation that runs this thread, if one does.

    Whoever is in one has imported it, and nobody else needs to: processes that a program starts import this anew.
    """
    if not _simulation:
        found = sys.modules.get("grader.simulation")
        if found is None:
            return None
        _simulation.append(found)
    scheduler: Scheduler | None = _simulation[0].active()
    return scheduler


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


def pass_time(seconds: float | None, what: str) -> None:
    """Let so many seconds pass, None for ever, waiting for `what`."""
    if seconds is None:
        wait_for_ever(what)
    else:
        time.sleep(seconds)


def wait_for_ever(what: str) -> None:
    """Block the thread with nobody to wake it; a deadlock report says that it waits for `what`."""
    scheduler = active()
    if scheduler is None:
        threading.Event().wait()
    else:
        waiting = _simulation[0]._states.Waiting  # noqa: SLF001 - see `active`
        scheduler.park(waiting("socket", detail=what))
