"""The time of jobs that run in processes: counted by the judge, and not taken from a clock.

Whatever begins is held until as many are in flight as can be. Then nothing more can happen before the earliest of them
is over, so time jumps there, and those that are due are let go. How long a process really took to start makes no
difference. The coordinator knows nothing of sockets, processes or real time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Span:
    """One job or request, from its begin to its end.

    Attributes:
        key: which.
        began: virtual nanoseconds.
        ended: the same.
        how: ``ended``, or why it ended without a result.
    """

    key: str
    began: int
    ended: int
    how: str


class Coordinator:
    """Says who may go on, and when it is.

    Attributes:
        now: virtual nanoseconds since the beginning.
        spans: what is over, in the order in which it ended.
    """

    def __init__(self, groups: Sequence[Sequence[str]], at_once: int) -> None:
        """Begin at 0.

        Args:
            groups: keys of the jobs or requests that are handed over together.
            at_once: how many of a group can be in flight at once.
        """
        self.now = 0
        self.spans: list[Span] = []
        self._groups = [set(group) for group in groups]
        self._at_once = at_once
        self._due: dict[str, int | None] = {}
        self._began: dict[str, int] = {}
        self._let_go: set[str] = set()

    def begin(self, key: str, lasts: int | None) -> None:
        """Hold a job that begins now.

        Args:
            key: which; it begins for the first time.
            lasts: nanoseconds that it takes; None for ever.
        """
        self._began[key] = self.now
        self._due[key] = None if lasts is None else self.now + lasts

    def end(self, key: str, how: str = "ended") -> None:
        """Note that a job is over: it was let go, or its process has died."""
        self._due.pop(key, None)
        self._let_go.discard(key)
        for group in self._groups:
            group.discard(key)
        self.spans.append(Span(key, self._began[key], self.now, how))

    @property
    def held(self) -> list[str]:
        """The jobs that have begun and not been let go."""
        return list(self._due)

    @property
    def let_go(self) -> list[str]:
        """The jobs that have been let go and not ended."""
        return list(self._let_go)

    @property
    def is_full(self) -> bool:
        """Whether as many are held as can be in flight at once."""
        return bool(self._due) and not self._let_go and len(self._due) >= min(self._at_once, self._open)

    @property
    def can_go_on(self) -> bool:
        """Whether anything that is held will ever be over."""
        return any(due is not None for due in self._due.values())

    def release(self) -> list[str]:
        """Let time pass until the first that is held is over; return all that are over then."""
        earliest = min((due for due in self._due.values() if due is not None), default=None)
        if earliest is None:
            return []
        self.now = earliest
        due_now = [key for key, due in self._due.items() if due == earliest]
        for key in due_now:
            del self._due[key]
            self._let_go.add(key)
        return due_now

    @property
    def _open(self) -> int:
        """How many have not ended in the groups of which any is held: other groups are for another call."""
        return sum(len(group) for group in self._groups if not group.isdisjoint(self._due))
