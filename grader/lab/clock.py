"""The clock that a scenario is performed on: what runs it, and what tells the time meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from grader.simulation import active, simulate

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.simulation import Run

T = TypeVar("T")


class Clock(Protocol):
    """Runs a scenario, and decides what a second is in it."""

    def run(self, function: Callable[[], T], watch: str) -> Run[T]:
        """Call `function`, and say what happened.

        Args:
            function: raises nothing but what comes from outside, such as Ctrl-C.
            watch: the file whose lines are worth naming.
        """

    def now(self) -> int:
        """Return the nanoseconds that have passed in the run."""


class SimulatedClock:
    """Runs a scenario in the simulation, where waiting takes no time."""

    def run(self, function: Callable[[], T], watch: str) -> Run[T]:
        """Call `function` in a simulation."""
        return simulate(function, watch=[watch])

    def now(self) -> int:
        """Return simulated nanoseconds."""
        scheduler = active()
        return scheduler.now if scheduler is not None else 0
