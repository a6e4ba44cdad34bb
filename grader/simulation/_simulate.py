"""Running a function inside a simulation, from the first replacement to the last thing put back."""

from __future__ import annotations

import _thread
import concurrent.futures.thread as futures_thread
import queue
import threading
import time
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from grader.simulation import _asyncio, _numbering, _refusals, _scheduler, _threads, _time, network
from grader.simulation._clock import NANOSECONDS
from grader.simulation._errors import SimulationError, SimulationStopped
from grader.simulation._locks import SimulatedLock, SimulatedRLock
from grader.simulation._patching import Patches
from grader.simulation._scheduler import Scheduler, Standstill
from grader.simulation._trace import Event, Trace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

T = TypeVar("T")

DEFAULT_LIMIT_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Leftover:
    """Something that was still there when the function had returned and everything else had come to rest.

    Attributes:
        kind: ``thread`` or ``socket``.
        name: the thread's name, or the socket's address.
        detail: what the thread was waiting for, in words; or an empty string.
        line: line of the watched files that it was at, or where the socket was made; 0 if unknown.
    """

    kind: str
    name: str
    detail: str
    line: int


@dataclass(frozen=True, slots=True)
class Run(Generic[T]):
    """What a simulated call did.

    Attributes:
        value: what the function returned; None if it didn't.
        error: what it raised, or None.
        standstill: why it was stopped, or None if it came to an end by itself.
        elapsed: virtual nanoseconds from call to return.
        events: the trace.
        dropped: events beyond the limit, counted only.
        leftovers: threads and sockets left behind.
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

    def __enter__(self) -> Environment:
        if _scheduler.any_active() or _entered:
            msg = "a simulation is already running in this process"
            raise SimulationError(msg)
        patches = self._patches
        _entered.append(self)
        try:
            patches.everywhere({**_time.REPLACEMENTS, **_LOCKS, **network.REPLACEMENTS})
            patches.set(_thread, "allocate_lock", SimulatedLock)
            patches.set(threading, "Lock", SimulatedLock)
            patches.set(threading, "_CRLock", SimulatedRLock)
            patches.set(_thread, "RLock", SimulatedRLock)
            patches.set(threading, "_time", time.monotonic)
            patches.set(queue, "SimpleQueue", queue._PySimpleQueue)  # type: ignore[attr-defined]
            patches.set(futures_thread, "_global_shutdown_lock", SimulatedLock())
            _threads.install(patches)
            _asyncio.install(patches)
            _numbering.install(patches)
            network.install(patches)
            _refusals.install(patches)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._patches.undo()
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
        with network.Network() as net:
            _scheduler.activate(scheduler)
            try:
                value, error = None, None
                try:
                    value = function()
                except SimulationStopped:
                    pass
                except BaseException as raised:  # noqa: BLE001 - whatever the code raises is the result
                    error = raised
                elapsed = scheduler.now
                if not scheduler.stopping:
                    scheduler.settle()
                leftovers = _leftover_threads(scheduler) + net.leftovers()
                scheduler.unwind()
            finally:
                _scheduler.activate(None)
            if isinstance(error, KeyboardInterrupt):
                raise error
        return Run(value, error, scheduler.standstill, elapsed, trace.events, trace.dropped, tuple(leftovers))


_LOCKS: dict[Any, Any] = dict.fromkeys((_thread.allocate_lock, threading.Lock), SimulatedLock)
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
        KeyboardInterrupt: and whatever else a signal handler raises, after everything is put back.
    """
    with Environment() as environment:
        return environment.run(function, trace=Trace(frozenset(watch)), limit=limit)


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
        found.append(Leftover("thread", thread.name, detail, site.line if site is not None else 0))
    return found
