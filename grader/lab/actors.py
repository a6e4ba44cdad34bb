"""The jobs that a submission is given: they announce themselves, take time, and return what the judge chose."""

from __future__ import annotations

# By name, so that a submission that replaces them changes its own time and not that of its jobs.
from asyncio import CancelledError
from asyncio import sleep as async_sleep
from collections.abc import Callable
from time import sleep
from typing import Any, Protocol, TypeVar

from grader.lab.job_error import JobError
from grader.simulation import active

Function = TypeVar("Function", bound=Callable[..., Any])


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


def _shown_as_job(function: Function) -> Function:
    """Let traces and coroutines name a function as the student knows it."""
    shown: Any = function
    shown.__name__ = shown.__qualname__ = "job"
    shown.__code__ = shown.__code__.replace(co_name="job", co_qualname="job")
    return function


class Job:
    """A job for threads: a callable without arguments."""

    def __init__(self, announcer: Announcer, key: str, seconds: float, *, fails: bool) -> None:
        self._announcer = announcer
        self._key = key
        self._seconds = seconds
        self._fails = fails

    @_shown_as_job
    def __call__(self) -> Any:  # noqa: ANN401 - any JSON value
        """Do the job."""
        self._announcer.begin(self._key, {})
        sleep(self._seconds)
        return _ended(self._announcer.end(self._key), fails=self._fails)


class AsyncJob:
    """A job for asyncio: a callable without arguments that returns a coroutine."""

    def __init__(self, announcer: Announcer, key: str, seconds: float, *, fails: bool, cleanup: float) -> None:
        self._announcer = announcer
        self._key = key
        self._seconds = seconds
        self._fails = fails
        self._cleanup = cleanup

    @_shown_as_job
    async def __call__(self) -> Any:  # noqa: ANN401 - any JSON value
        """Do the job; when cancelled, clean up first."""
        self._announcer.begin(self._key, {})
        try:
            await async_sleep(self._seconds)
        except CancelledError:
            self._announcer.note(self._key, {"event": "cancelled"})
            await async_sleep(self._cleanup)
            self._announcer.abandon(self._key, "cancelled")
            raise
        return _ended(self._announcer.end(self._key), fails=self._fails)


def _ended(payload: Any, *, fails: bool) -> Any:  # noqa: ANN401 - any JSON value
    """Return what a job returns, or raise what it raises; who calls a job again gets nothing more."""
    if fails:
        raise JobError("this job has been called before" if payload is None else payload)
    return payload
