"""Knowing when processes have come to rest: nobody runs, and nobody would if there were a processor for it."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.lab.proc import busy, generations

if TYPE_CHECKING:
    from collections.abc import Callable

_CROWD = 400


@dataclass(frozen=True, slots=True)
class Settling:
    """How many seconds everything must have been at rest before something is concluded from it.

    Attributes:
        brief: that nobody begins beyond those that can be expected, and that the caller waits for them.
        first: that nobody begins of those that can be expected, the first time.
        later: the same, after that.
        end: that nothing is in flight, nothing will begin, and the call doesn't return.
    """

    brief: float
    first: float
    later: float
    end: float


SEEN = Settling(brief=0.03, first=0.6, later=0.1, end=2.0)
"""Where the state of each process can be seen: one that waits for a processor is not at rest."""

UNSEEN = Settling(brief=0.2, first=4.0, later=2.0, end=6.0)
"""Where it can't, and a machine may be too busy to start a process in time."""


def family_of(root: int) -> Callable[[], bool | None]:
    """Return what tells whether `root`, which passes questions on, or any process below it is busy.

    None if no process can be seen below it.
    """
    return lambda: _is_any_busy(root)


def own_family(root: int) -> Callable[[], bool | None]:
    """Return what tells the same of this process and those below it; the thread that asks doesn't count."""
    return lambda: bool(_is_any_busy(root, spare=threading.get_native_id()))


def _is_any_busy(root: int, spare: int = 0) -> bool | None:
    """Tell whether a process or any below it is busy; None if it isn't, and none can be seen below."""
    if busy([root], spare):
        return True
    seen = 0
    for generation in generations(root, _CROWD):
        if busy(generation, spare):
            return True
        seen += len(generation)
    return seen > _CROWD if seen else None
