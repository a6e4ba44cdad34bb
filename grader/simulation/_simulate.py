"""Running a function inside a simulation, from the first replacement to the last thing put back."""

from __future__ import annotations

import asyncio
import contextvars
import queue
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from grader.simulation import (
    _asyncio,
    _datetime,
    _futures,
    _isolation,
    _locks,
    _looking,
    _numbering,
    _pipes,
    _refusals,
    _scheduler,
    _threads,
    _time,
    network,
)
from grader.simulation._clock import NANOSECONDS
from grader.simulation._errors import SimulationError, SimulationStopped
from grader.simulation._insisting import run_to_the_end
from grader.simulation._leftover import Leftover
from grader.simulation._patching import Patches
from grader.simulation._scheduler import Scheduler
from grader.simulation._trace import Event, Trace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from grader.simulation._states import Standstill

T = TypeVar("T")

DEFAULT_LIMIT_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Run(Generic[T]):
    """What a simulated call did.

    Attributes:
        value: what the function returned; None if it didn't, or was stopped.
        error: what it raised, or None if it didn't, or was stopped.
        standstill: why it was stopped, or None if it came to an end by itself.
        elapsed: virtual nanoseconds from call to return.
        events: the trace.
        dropped: events beyond the limit, counted only.
        leftovers: threads, tasks and sockets left behind.
    """

    value: T | None
    error: BaseException | None
    standstill: Standstill | None
    elapsed: int
    events: list[Event]
    dropped: int
    leftovers: tuple[Leftover, ...]


class Environment:
    """The replacements that make a simulation, made once and usable for many runs one after another."""

    def __init__(self) -> None:
        self._patches = Patches()

    def __enter__(self) -> Self:
        if _scheduler.running_scheduler() or _entered:
            msg = "a simulation is already running in this process"
            raise SimulationError(msg)
        patches = self._patches
        _entered.append(self)
        self._signals = _isolation.Signals()
        try:
            patches.everywhere(_REPLACEMENTS)
            for part in (_threads, _asyncio, _futures, _numbering, _looking, _isolation, _pipes, network, _refusals):
                part.install(patches)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exc_info: object) -> None:
        # Whatever a signal handler raises meanwhile: the next simulation must find none that seems to go on.
        try:
            self._patches.undo()
        finally:
            try:
                self._signals.restore()
            finally:
                _entered.remove(self)

    def run(
        self,
        function: Callable[[], T],
        *,
        trace: Trace,
        limit: float = DEFAULT_LIMIT_SECONDS,
        prepare: Callable[[Scheduler], None] | None = None,
    ) -> Run[T]:
        """Run `function` on a fresh scheduler; see `simulate` for the rest."""
        _numbering.restart()
        scheduler = Scheduler(trace, round(limit * NANOSECONDS))
        if prepare is not None:
            prepare(scheduler)
        with _isolation.isolated(), network.Network() as net:
            _scheduler.activate(scheduler)
            try:
                value, error = _outcome(function)
                elapsed = scheduler.now
                leftovers: list[Leftover] = []
                interruption = scheduler.interruption or _interruption(error)
                if interruption is None:
                    leftovers = [*_settled(scheduler), *_leftover_tasks(scheduler), *net.leftovers()]
                _threads.disown(scheduler.unwind())
                _asyncio.keep_for_ever(scheduler.coroutines.values())
            finally:
                _scheduler.activate(None)
        interruption = interruption or scheduler.interruption
        if interruption is not None:
            raise interruption
        if scheduler.stopped_early:
            value = error = None
        return Run(value, error, scheduler.standstill, elapsed, trace.events, trace.dropped, tuple(leftovers))


_REPLACEMENTS: dict[Any, Any] = {
    **_time.REPLACEMENTS,
    **_datetime.REPLACEMENTS,
    **_locks.REPLACEMENTS,
    **_threads.REPLACEMENTS,
    **_asyncio.REPLACEMENTS,
    **_futures.REPLACEMENTS,
    **network.REPLACEMENTS,
    queue.SimpleQueue: vars(queue)["_PySimpleQueue"],
}

# What the code under simulation may raise as a result of its own, beside every `Exception`.
_RESULTS = (BaseExceptionGroup, SystemExit, GeneratorExit, asyncio.CancelledError, SimulationStopped)

_entered: list[Environment] = []


def simulate(
    function: Callable[[], T],
    *,
    watch: Iterable[str] = (),
    limit: float = DEFAULT_LIMIT_SECONDS,
) -> Run[T]:
    """Run `function` in a deterministic simulation and say what happened.

    Inside, one thread runs at a time, waiting costs no real time, and the same code does the same thing in every run.
    When it returns or raises, threads left over are reported and stopped, and everything replaced is put back.

    Args:
        function: called without arguments, in the calling thread.
        watch: file names, as compiled, whose lines the trace names.
        limit: simulated seconds after which a call that hasn't returned is stopped as endless.

    Raises:
        SimulationError: a simulation is already running in this process.
        KeyboardInterrupt: and whatever else isn't an `Exception` that a signal handler raises, such as the time-out of
            a test, after everything is put back.
    """
    with Environment() as environment:
        return environment.run(function, trace=Trace(frozenset(watch)), limit=limit)


def _outcome(function: Callable[[], T]) -> tuple[T | None, BaseException | None]:
    try:
        # In a context of its own, so that no context variable stays changed.
        return contextvars.copy_context().run(run_to_the_end, function), None
    except SimulationStopped:
        return None, None
    except BaseException as raised:  # noqa: BLE001 - whatever the code raises is the result
        return None, raised


def _interruption(error: BaseException | None) -> BaseException | None:
    """Tell whether an exception comes from whoever watches over the process, such as Ctrl-C or a test's time-out."""
    return None if isinstance(error, (Exception, *_RESULTS)) else error


def _settled(scheduler: Scheduler) -> list[Leftover]:
    """Let the threads that are left come to rest, and list those that remain."""
    if not scheduler.stopping:
        try:
            scheduler.settle()
        except BaseException as error:  # noqa: BLE001 - from a signal handler; it has to wait until all is done
            scheduler.interruption = error
            return []
    return _leftover_threads(scheduler)


def _leftover_threads(scheduler: Scheduler) -> list[Leftover]:
    frames: dict[int, Any] = {}
    found = []
    for thread in scheduler.threads:
        if thread is scheduler.running or thread.done:
            continue
        frames = frames or sys._current_frames()
        site = scheduler.trace.site(frames.get(thread.ident))
        waiting = thread.waiting
        detail = "" if waiting is None else (site.call if site is not None and site.call else waiting.kind)
        line = site.line if site is not None else 0
        found.append(Leftover("thread", thread.name, detail, line, daemon=thread.daemon))
    frames.clear()  # this function's own is among them
    return found


def _leftover_tasks(scheduler: Scheduler) -> list[Leftover]:
    """List the tasks that nobody let come to an end, in loops that were not closed as `asyncio.run` does it."""
    tasks = [scheduler.suspended[number] for number in sorted(scheduler.suspended)]
    return [
        Leftover("task", task.name.removeprefix("task "), task.detail, task.site.line if task.site is not None else 0)
        for task in tasks
    ]
