"""The futures of thread pools: numbered, so that runs are the same, and aware of being only looked at."""

from __future__ import annotations

import concurrent.futures
import concurrent.futures._base
import threading
from typing import TYPE_CHECKING, Any

from grader.simulation import _scheduler
from grader.simulation._numbering import numbered_hash
from grader.simulation._states import Waiting

if TYPE_CHECKING:
    from grader.simulation._patching import Patches

_real_future = concurrent.futures.Future
_waiter = vars(concurrent.futures._base)["_AsCompletedWaiter"]
_real_init_waiter = _waiter.__init__


def install(patches: Patches) -> None:
    """Replace what has to be replaced by name."""
    # Futures are waited for in the order of what that module takes for the built-in `id`.
    patches.add(concurrent.futures._base, "id", hash)
    patches.set(_waiter, "__init__", _init_waiter)


class SimulatedFuture(_real_future[Any]):
    """A future of a pool that hashes to a number, and knows when it is only looked at."""

    def __hash__(self) -> int:
        return numbered_hash(self)

    __eq__ = object.__eq__

    def done(self) -> bool:
        """Tell whether it was cancelled or has finished."""
        _scheduler.look()
        return super().done()

    def running(self) -> bool:
        """Tell whether it is being worked on."""
        _scheduler.look()
        return super().running()


SimulatedFuture.__name__ = "Future"

REPLACEMENTS: dict[Any, Any] = {_real_future: SimulatedFuture}
"""The real class that any module may hold, and what stands in for it."""


def _init_waiter(self: Any) -> None:  # noqa: ANN401 - of a class that has no public name
    _real_init_waiter(self)
    self.event = _LateEvent()


class _LateEvent(threading.Event):
    """An event for `as_completed`, which waits for zero seconds when its time is up to the digit, and never ends that.

    Real clocks are always a little later than that. So is this one then: by a nanosecond.
    """

    def wait(self, timeout: float | None = None) -> bool:
        """Wait, and when there is no time for that, let some pass."""
        scheduler = _scheduler.active()
        if scheduler is not None and timeout is not None and timeout <= 0 and not self.is_set():
            scheduler.park(Waiting("sleep"), 1, natural=True)
        return super().wait(timeout)
