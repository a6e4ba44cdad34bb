"""Telling a watchdog where a simulation that doesn't move on is."""

from __future__ import annotations

import sys

from grader.simulation import _scheduler
from grader.simulation._trace import Site


def diagnose() -> Site | None:
    """Return the watched line at which the thread that holds the baton is.

    May be called from any thread and from a signal handler, at any moment.

    Returns:
        None if no simulation is running, or the thread is outside the watched files.
    """
    scheduler = _scheduler.running_scheduler()
    if scheduler is None:
        return None
    return scheduler.trace.site(sys._current_frames().get(scheduler.running.ident))
