"""Saying where a simulation is, for whoever watches over it in real time."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.simulation import _scheduler
from grader.simulation._trace import Site, is_own

if TYPE_CHECKING:
    from types import FrameType


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """What the thread that holds the baton is doing.

    Attributes:
        thread: its number; 0 is the one that began the simulation.
        name: its name.
        time: virtual nanoseconds since the simulation began.
        site: the watched line that it is at, if any.
        innermost: the line that it is at, of whatever file that isn't the simulation's; None if there is none.
    """

    thread: int
    name: str
    time: int
    site: Site | None
    innermost: Site | None

    def __str__(self) -> str:
        """Say it in one line."""
        site = self.site or self.innermost
        where = "at an unknown line" if site is None else f"at line {site.line} of {site.file}, in {site.function}"
        return f"{self.name} runs {where}; simulated time {self.time / 1e9:.3f} s"


def whereabouts() -> Whereabouts | None:
    """Say which simulated thread holds the baton, and at which line: for a watchdog that finds no end to it.

    May be called from any thread and from a signal handler, at any moment.

    Returns:
        None if no simulation is running in this process.
    """
    scheduler = _scheduler.running_scheduler()
    if scheduler is None:
        return None
    thread = scheduler.running
    frame = sys._current_frames().get(thread.ident)
    if thread.ident == _scheduler.get_ident():
        # A signal handler: what it interrupted is below the function that called this one.
        frame = _below(sys._getframe(1))
    return Whereabouts(thread.number, thread.name, scheduler.now, scheduler.trace.site(frame), _innermost(frame))


def diagnose() -> Site | None:
    """Return the watched line at which the thread that holds the baton is; `whereabouts` says more.

    Returns:
        None if no simulation is running, or the thread is outside the watched files.
    """
    found = whereabouts()
    return None if found is None else found.site


def _below(frame: FrameType | None) -> FrameType | None:
    return None if frame is None else frame.f_back


def _innermost(frame: FrameType | None) -> Site | None:
    while frame is not None and is_own(frame.f_code):
        frame = frame.f_back
    if frame is None:
        return None
    return Site(frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_qualname)
