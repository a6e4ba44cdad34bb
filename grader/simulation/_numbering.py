"""The same names and the same iteration order of sets in every run.

Threads and futures hash by address, which differs from run to run; inside a simulation they hash by number, in the order
in which they are first put into a set. Asyncio's tasks and futures and sockets have such numbers of their own. Default
names such as ``Thread-3`` count from the beginning of each run.
"""

from __future__ import annotations

import concurrent.futures
import concurrent.futures._base
import itertools
import threading
from typing import TYPE_CHECKING, Any

from grader.simulation import _scheduler

if TYPE_CHECKING:
    from grader.simulation._patching import Patches

_real_future = concurrent.futures.Future
_ATTRIBUTE = "_simulation_hash"

_COUNTERS: tuple[tuple[Any, str, int], ...] = (
    (threading, "_counter", 1),
    (concurrent.futures.ThreadPoolExecutor, "_counter", 0),
)


def install(patches: Patches) -> None:
    """Number threads, and keep what the default names are counted with."""
    for owner, name, _ in _COUNTERS:
        patches.set(owner, name, vars(owner)[name])
    patches.add(threading.Thread, "__hash__", _numbered_hash)
    # Futures are waited for in the order of what that module takes for the built-in `id`.
    patches.add(concurrent.futures._base, "id", hash)


def restart() -> None:
    """Count from the beginning again, as a fresh interpreter does."""
    global _numbers  # noqa: PLW0603 - the hash function is a method of classes that aren't ours
    _numbers = itertools.count(1)
    for owner, name, first in _COUNTERS:
        setattr(owner, name, itertools.count(first).__next__)


_numbers = itertools.count(1)


def _numbered_hash(self: object) -> int:
    if _ATTRIBUTE not in self.__dict__:
        self.__dict__[_ATTRIBUTE] = next(_numbers)
    return int(self.__dict__[_ATTRIBUTE])


class SimulatedFuture(_real_future[Any]):
    """A future of a pool that hashes to a number, and knows when it is only looked at."""

    def __hash__(self) -> int:
        return _numbered_hash(self)

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
