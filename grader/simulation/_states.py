"""What is known of each thread of a simulation: its state, what it waits for, and why nothing goes on."""

from __future__ import annotations

import _thread
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.simulation._trace import Site

_real_lock = _thread.allocate_lock  # kept before anything is replaced


class SimulatedThread:
    """A real thread under the scheduler's control.

    Attributes:
        number: in order of starting; 0 is the thread that began the simulation.
        name: the name that the program gave it.
        waiting: what it waits for, from parking to running again.
        parked: whether it waits and nobody has woken it yet.
        done: whether its function has ended.
        daemon: whether a program would end without waiting for it.
        task: number of the asyncio task that runs in it at the moment, or None.
        abandoned: it could not be stopped when the simulation ended, and no longer belongs to it.
        looks: how often in a row it has looked at something without waiting.
        news: how much the scheduler had counted as new when it last looked around for a while.
        polite: whether it has let the others go first since it last let time pass.
        busy_since: since when it has done nothing but look, once that is clear, and `busy_at` where.
    """

    __slots__ = (
        "abandoned", "baton", "busy_at", "busy_since", "daemon", "done", "epoch", "ident", "joiners", "looks", "name",
        "news", "number", "parked", "polite", "task", "timed_out", "unwound", "waiting",
    )  # fmt: skip

    def __init__(self, number: int, name: str, *, daemon: bool = False) -> None:
        self.number = number
        self.name = name
        self.daemon = daemon
        self.baton = _real_lock()
        self.baton.acquire()
        self.ident = 0
        self.epoch = 0
        self.parked = False
        self.timed_out = False
        self.done = False
        self.unwound = 0
        self.waiting: Waiting | None = None
        self.joiners: list[SimulatedThread] = []
        self.task: int | None = None
        self.abandoned = False
        self.looks = 0
        self.news = 0
        self.polite = False
        self.busy_since: int | None = None
        self.busy_at: Site | None = None


class Alarm:
    """A function that is called once at an instant of virtual time, by whichever thread lets time pass."""

    __slots__ = ("_function", "epoch")

    def __init__(self, function: Callable[[], None]) -> None:
        self._function = function
        self.epoch = 0

    def cancel(self) -> None:
        """Don't call it, if it hasn't been called yet."""
        self.epoch += 1

    def ring(self) -> None:
        """Call it."""
        self.cancel()
        self._function()


OUTSIDE = SimulatedThread(-1, "a thread outside the simulation")
"""Holds the locks that threads take which don't belong to the simulation."""


@dataclass(slots=True)
class Waiting:
    """What a parked thread waits for.

    Attributes:
        kind: ``sleep``, ``lock``, ``join``, ``select``, ``socket``, ``pipe`` or ``start``.
        on: the object it waits for, if there is one.
        detail: words for the report, such as ``recv``.
    """

    kind: str
    on: Any = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Stuck:
    """One thread of a deadlock.

    Attributes:
        thread: its number.
        name: its name.
        kind: what kind of thing it waits for, as in `Waiting`.
        detail: words for what it waits for.
        site: the watched line that waits, if any.
        holder: name of the thread that holds what it waits for, if any.
        holder_site: the line at which the holder took it, if known.
        holder_done: whether the holder has ended without releasing.
    """

    thread: int
    name: str
    kind: str
    detail: str
    site: Site | None
    holder: str | None = None
    holder_site: Site | None = None
    holder_done: bool = False


@dataclass(frozen=True, slots=True)
class Standstill:
    """Why a simulation was stopped before its function returned.

    Attributes:
        reason: ``deadlock`` (no thread can run and no wake-up is due) or ``endless`` (the limit of simulated time is
            used up).
        time: virtual nanoseconds since the beginning.
        stuck: every thread that had not ended, the first thread first, then every asyncio task that was suspended.
    """

    reason: str
    time: int
    stuck: tuple[Stuck, ...]
