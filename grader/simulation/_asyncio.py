"""asyncio inside a simulation: tasks with numbers, so that runs are the same, and with a trace of their awaits.

The event loop itself runs unchanged. It reads virtual time from `time.monotonic` and waits in a simulated selector.
"""

from __future__ import annotations

import asyncio
import ctypes
import itertools
import sys
import time
from asyncio import base_events
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from grader.simulation import _scheduler
from grader.simulation._clock import MONOTONIC_START, NANOSECONDS
from grader.simulation._errors import SimulationStopped
from grader.simulation._states import Stuck
from grader.simulation._trace import Site, name_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType

    from grader.simulation._patching import Patches
    from grader.simulation._scheduler import Scheduler

_real_task = asyncio.Task
_real_future = asyncio.Future
_real_timer = asyncio.TimerHandle
_timer_numbers = itertools.count()
_real_handler = base_events.BaseEventLoop.default_exception_handler
_LOOP_MODULE = base_events.__name__


def install(patches: Patches) -> None:
    """Replace what has to be replaced by name."""
    patches.set(base_events.BaseEventLoop, "time", _loop_time)
    patches.set(base_events.BaseEventLoop, "default_exception_handler", _handle)


def _loop_time(self: base_events.BaseEventLoop) -> float:  # noqa: ARG001 - a method of the loop
    """Stand in for `loop.time`: the loop's own looks at the clock, once in every round, aren't busy waiting."""
    scheduler = _scheduler.active()
    if scheduler is not None and sys._getframe(1).f_globals.get("__name__") == _LOOP_MODULE:
        return (MONOTONIC_START + scheduler.now) / NANOSECONDS
    return time.monotonic()


def _handle(self: base_events.BaseEventLoop, context: dict[str, Any]) -> None:
    """Stand in for `loop.default_exception_handler`: note the error in the trace, too.

    Errors that the end of a simulation causes are nobody's.
    """
    scheduler = _scheduler.active()
    error = context.get("exception")
    if isinstance(error, SimulationStopped) or (scheduler is not None and scheduler.stopping):
        return
    if scheduler is not None:
        message = str(context.get("message", ""))
        scheduler.record("loop_error", scheduler.trace.caller(), message=message, error=type(error).__name__)
    _real_handler(self, context)


class SimulatedTimerHandle(_real_timer):
    """A call that a loop makes later: of those that are due at one instant, the one that was asked for first is first.

    On a real clock no two are due at the same instant, so loops needn't care.
    """

    __slots__ = ("_number",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as asyncio passes them
        super().__init__(*args, **kwargs)
        self._number = next(_timer_numbers)

    def __lt__(self, other: _real_timer) -> bool:
        mine, theirs = self.when(), other.when()
        if mine == theirs and isinstance(other, SimulatedTimerHandle):
            return self._number < other._number
        return mine < theirs


class SimulatedFuture(_real_future[Any]):
    """A future that hashes to a number, so that sets of futures are iterated in the same order in every run."""

    _hash: int | None = None

    def __hash__(self) -> int:
        if self._hash is None:
            scheduler = _scheduler.active()
            self._hash = super().__hash__() if scheduler is None else next(scheduler.future_numbers)
        return self._hash

    __eq__ = object.__eq__


class SimulatedTask(_real_task[Any]):
    """A task that hashes to its number, and whose coroutine is traced."""

    number: int | None = None
    _scheduler: Scheduler | None = None
    _own: Any = None

    def __init__(self, coro: Any, **options: Any) -> None:  # noqa: ANN401 - as asyncio passes them
        scheduler = _scheduler.active()
        if scheduler is None:
            super().__init__(coro, **options)
            return
        self._scheduler = scheduler
        self.number = number = next(scheduler.task_numbers)
        self._own = coro
        # The interpreter's own count would go on from run to run.
        if options.get("name") is None:
            options["name"] = f"Task-{number}"
        if scheduler.trace.enabled and asyncio.iscoroutine(coro) and not _is_of_the_loop(coro):
            coro = TracedCoroutine(scheduler, number, coro)
        super().__init__(coro, **options)

    def get_coro(self) -> Any:  # noqa: ANN401 - a coroutine
        """Return the coroutine that the task was made with."""
        return super().get_coro() if self._own is None else self._own

    def __hash__(self) -> int:
        return super().__hash__() if self.number is None else self.number

    __eq__ = object.__eq__

    def __del__(self) -> None:
        # A stopped simulation leaves pending tasks behind. Nobody wants to read that.
        if self._scheduler is None or not self._scheduler.stopped_early:
            super().__del__()


def keep_for_ever(coroutines: Iterable[Any]) -> None:
    """See to it that coroutines which were left suspended are never closed.

    Closing one raises in it. It would run on outside the simulation, at any time, and some catch even that and go on.
    """
    for coroutine in coroutines:
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(coroutine))


def _is_of_the_loop(coroutine: Any) -> bool:  # noqa: ANN401 - any coroutine
    """Tell whether a coroutine is one that a loop runs on its own account when it is closed."""
    code = getattr(coroutine, "cr_code", None)
    return code is not None and code.co_filename == base_events.__file__


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
        self._forget()
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
        self._forget()
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
        scheduler.coroutines[self._number] = self._coroutine

    def _forget(self) -> None:
        self._scheduler.suspended.pop(self._number, None)
        self._scheduler.coroutines.pop(self._number, None)

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


SimulatedTask.__name__, SimulatedFuture.__name__, SimulatedTimerHandle.__name__ = "Task", "Future", "TimerHandle"

REPLACEMENTS: dict[Any, Any] = {
    _real_task: SimulatedTask,
    _real_future: SimulatedFuture,
    _real_timer: SimulatedTimerHandle,
}
"""Each real class or function that any module may hold, and what stands in for it."""

if sys.version_info >= (3, 12):
    REPLACEMENTS[asyncio.eager_task_factory] = asyncio.create_eager_task_factory(SimulatedTask)
