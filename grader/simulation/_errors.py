"""What can go wrong in a simulation, as exceptions."""

from __future__ import annotations


class SimulationError(Exception):
    """The simulation was used in a way that it doesn't allow."""


class NotSimulatedError(RuntimeError):
    """The code under simulation called something that the simulation doesn't cover.

    The message names the call and what to use instead. The refusal is also recorded in the trace, so it is
    known even when the code swallows the exception.
    """


class SimulationStopped(BaseException):
    """Raised inside the simulated threads to unwind them when the simulation stops.

    It derives from `BaseException`, so that ``except Exception`` in the code under simulation lets it pass.
    """
