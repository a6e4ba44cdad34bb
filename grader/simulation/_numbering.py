"""The same names and the same iteration order of sets in every run.

Threads and futures hash by address, which differs from run to run; inside a simulation they hash by number, in the
order in which they are first put into a set. Asyncio's tasks and futures, and sockets, have such numbers of their own.
Default names such as ``Thread-3`` count from the beginning of each run.
"""

from __future__ import annotations

import itertools
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grader.simulation._patching import Patches

_ATTRIBUTE = "_simulation_hash"

_COUNTERS: tuple[tuple[Any, str, int], ...] = ((threading, "_counter", 1), (ThreadPoolExecutor, "_counter", 0))


def install(patches: Patches) -> None:
    """Number threads, and keep what the default names are counted with."""
    for owner, name, _ in _COUNTERS:
        patches.set(owner, name, vars(owner)[name])
    patches.add(threading.Thread, "__hash__", numbered_hash)


def restart() -> None:
    """Count from the beginning again, as a fresh interpreter does."""
    global _numbers  # noqa: PLW0603 - the hash function is a method of classes that aren't ours
    _numbers = itertools.count(1)
    for owner, name, first in _COUNTERS:
        setattr(owner, name, itertools.count(first).__next__)


_numbers = itertools.count(1)


def numbered_hash(self: object) -> int:
    """Hash to a number of one's own, given at the first time of asking."""
    attributes = vars(self)
    if _ATTRIBUTE not in attributes:
        attributes[_ATTRIBUTE] = next(_numbers)
    return int(attributes[_ATTRIBUTE])
