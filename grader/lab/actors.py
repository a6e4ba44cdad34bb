"""The jobs that a submission is given: they announce themselves, take simulated time and return what the judge chose."""

from __future__ import annotations

import asyncio
import time
from typing import Any, Protocol

from grader.simulation import active


class Link(Protocol):
    """The way to the judge's witness; `grader.lab.witness.Witness` explains the calls."""

    def begin(self, key: str, details: dict[str, Any]) -> None:
        """Announce that the work named `key` begins."""

    def end(self, key: str) -> Any:  # noqa: ANN401 - any JSON value
        """Announce that it is over, and collect what it returns."""

    def abandon(self, key: str, details: dict[str, Any]) -> None:
        """Announce that it ended without a result."""

    def note(self, key: str, details: dict[str, Any]) -> None:
        """Tell something about it."""


class JobError(Exception):
    """What a job raises that is meant to fail."""


class Announcer:
    """Passes announcements on to the witness, and puts them into the trace."""

    def __init__(self, link: Link, kind: str) -> None:
        self._link = link
        self._kind = kind
        self._began: dict[str, int] = {}

    def begin(self, key: str, details: dict[str, Any]) -> None:
        """Announce a begin, with where and when it was."""
        scheduler = active()
        if scheduler is not None:
            self._began.setdefault(key, scheduler.now)
            running = scheduler.running
            details = {**details, "time": scheduler.now, "thread": running.number, "task": running.task}
        self._link.begin(key, details)

    def end(self, key: str) -> Any:  # noqa: ANN401 - any JSON value
        """Announce an end and collect the payload."""
        self._record(key, "ended")
        return self._link.end(key)

    def abandon(self, key: str, why: str) -> None:
        """Announce an end without a result."""
        self._record(key, why)
        scheduler = active()
        self._link.abandon(key, {"why": why, "time": scheduler.now if scheduler is not None else 0})

    def note(self, key: str, details: dict[str, Any]) -> None:
        """Tell the witness something, with the time of it."""
        scheduler = active()
        if scheduler is not None:
            details = {**details, "time": scheduler.now}
        self._link.note(key, details)

    def _record(self, key: str, how: str) -> None:
        scheduler = active()
        if scheduler is not None:
            began = self._began.get(key, scheduler.now)
            scheduler.record(self._kind, scheduler.trace.caller(), key=key, began=began, how=how)


class SimulatedJob:
    """A job for threads: a callable without arguments."""

    def __init__(self, announcer: Announcer, key: str, seconds: float, *, fails: bool) -> None:
        self._announcer = announcer
        self._key = key
        self._seconds = seconds
        self._fails = fails

    def __call__(self) -> Any:  # noqa: ANN401 - any JSON value
        """Do the job."""
        self._announcer.begin(self._key, {})
        time.sleep(self._seconds)
        payload = self._announcer.end(self._key)
        if self._fails:
            raise JobError(payload)
        return payload


class SimulatedAsyncJob:
    """A job for asyncio: a callable without arguments that returns a coroutine."""

    def __init__(self, announcer: Announcer, key: str, seconds: float, *, fails: bool, cleanup: float) -> None:
        self._announcer = announcer
        self._key = key
        self._seconds = seconds
        self._fails = fails
        self._cleanup = cleanup

    async def __call__(self) -> Any:  # noqa: ANN401 - any JSON value
        """Do the job; when cancelled, clean up first."""
        self._announcer.begin(self._key, {})
        try:
            await asyncio.sleep(self._seconds)
        except asyncio.CancelledError:
            self._announcer.note(self._key, {"event": "cancelled"})
            await asyncio.sleep(self._cleanup)
            self._announcer.abandon(self._key, "cancelled")
            raise
        payload = self._announcer.end(self._key)
        if self._fails:
            raise JobError(payload)
        return payload
