"""asyncio inside a simulation: tasks with numbers, so that runs are the same, and with a trace of their awaits.

The event loop itself runs unchanged. It reads virtual time from `time.monotonic` and waits in a simulated selector.
"""

from __future__ import annotations

import asyncio
from asyncio import base_events
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from grader.simulation import _scheduler
from grader.simulation._scheduler import Scheduler, Stuck
from grader.simulation._trace import Site, name_of

if TYPE_CHECKING:
    from types import TracebackType

    from grader.simulation._patching import Patches

_real_init = base_events.BaseEventLoop.__init__


def install(patches: Patches) -> None:
    """Give every event loop that is made inside the simulation a task factory of ours."""
    patches.set(base_events.BaseEventLoop, "__init__", _init)


def _init(self: base_events.BaseEventLoop, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - passed on
    _real_init(self, *args, **kwargs)
    if _scheduler.active() is not None:
        self.set_task_factory(_make_task)


def _make_task(loop: asyncio.AbstractEventLoop, coroutine: Any, **options: Any) -> asyncio.Task[Any]:  # noqa: ANN401 - as asyncio passes them
    scheduler = _scheduler.active()
    if scheduler is None:
        return asyncio.Task(coroutine, loop=loop, **options)
    number = next(scheduler.task_numbers)
    if scheduler.trace.enabled:
        coroutine = TracedCoroutine(scheduler, number, coroutine)
    task = SimulatedTask(coroutine, loop=loop, **options)
    task.number = number
    return task


class SimulatedTask(asyncio.Task[Any]):
    """A task that hashes to its number, so that sets of tasks are iterated in the same order in every run."""

    number: int | None = None

    def __hash__(self) -> int:
        return super().__hash__() if self.number is None else self.number

    __eq__ = object.__eq__


class TracedCoroutine(Coroutine[Any, Any, Any]):
    """A coroutine that tells the trace when it runs, where it awaits, and how it ends."""

    def __init__(self, scheduler: Scheduler, number: int, coroutine: Coroutine[Any, Any, Any]) -> None:
        self._scheduler = scheduler
        self._number = number
        self._coroutine = coroutine
        self._suspended_at: Site | None = None
        self._since: int | None = None
        self.__name__ = getattr(coroutine, "__name__", "coroutine")
        self.__qualname__ = getattr(coroutine, "__qualname__", self.__name__)
        scheduler.record("task_start", scheduler.trace.caller(), started=number, name=self.__name__)

    def send(self, value: Any) -> Any:  # noqa: ANN401 - whatever is awaited
        """Run the coroutine to its next await."""
        return self._step(self._coroutine.send, value)

    def throw(
        self,
        kind: type[BaseException] | BaseException,
        value: BaseException | object = None,
        traceback: TracebackType | None = None,
    ) -> Any:  # noqa: ANN401 - whatever is awaited
        """Raise inside the coroutine, and run it to its next await."""
        if value is None and traceback is None:
            return self._step(self._coroutine.throw, kind)
        return self._step(self._coroutine.throw, kind, value, traceback)

    def close(self) -> None:
        """Close the coroutine."""
        self._scheduler.suspended.pop(self._number, None)
        self._coroutine.close()

    def __await__(self) -> Any:  # noqa: ANN401 - a generator
        return self._coroutine.__await__()

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - cr_frame, cr_await and the like
        return getattr(self._coroutine, name)

    def _step(self, run: Any, *args: Any) -> Any:  # noqa: ANN401 - bound methods of the coroutine
        scheduler = self._scheduler
        thread = scheduler.running
        outer = thread.task
        thread.task = self._number
        self._resumed()
        try:
            awaited = run(*args)
        except StopIteration:
            scheduler.record("task_end", None, name=self.__name__, how="returned")
            raise
        except asyncio.CancelledError:
            scheduler.record("task_end", None, name=self.__name__, how="cancelled")
            raise
        except BaseException as error:
            scheduler.record("task_end", None, name=self.__name__, how="raised", error=type(error).__name__)
            raise
        else:
            self._suspend()
            return awaited
        finally:
            thread.task = outer

    def _resumed(self) -> None:
        scheduler = self._scheduler
        scheduler.suspended.pop(self._number, None)
        if self._since is not None and scheduler.now > self._since:
            scheduler.record("await", self._suspended_at, began=self._since)
        self._since = None

    def _suspend(self) -> None:
        scheduler = self._scheduler
        self._since = scheduler.now
        self._suspended_at = site = self._innermost_site()
        name = f"task {self.__name__}"
        detail = site.call if site is not None else ""
        scheduler.suspended[self._number] = Stuck(scheduler.running.number, name, "await", detail, site)

    def _innermost_site(self) -> Site | None:
        """Follow the chain of awaits to the last watched frame; what that one awaits is the call."""
        found: Site | None = None
        awaited: Any = self._coroutine
        for _ in range(100):
            frame = getattr(awaited, "cr_frame", None) or getattr(awaited, "gi_frame", None)
            if frame is None:
                break
            code = frame.f_code
            if code.co_filename in self._scheduler.trace.watch:
                found = Site(code.co_filename, frame.f_lineno, code.co_qualname)
            elif found is not None and not found.call:
                found = Site(found.file, found.line, found.function, name_of(code))
            awaited = getattr(awaited, "cr_await", None) or getattr(awaited, "gi_yieldfrom", None)
        return found
