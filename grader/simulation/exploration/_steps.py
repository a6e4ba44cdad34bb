"""What a replayed schedule did, line by line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.simulation.exploration._expressions import Kind

_LOOKED_AT = 1_000


@dataclass(frozen=True, slots=True)
class Access:
    """A read or a write of something that threads can share.

    Attributes:
        kind: ``read`` or ``write``.
        name: as the source names it, such as ``self.value``.
        value: what was read or written, as text; empty if it can't be told.
        place: number of the object it is a part of, in the order in which they are first used, and which part. Two
            accesses with the same place are of the same thing, whatever the source calls it. The part ``*`` is all of
            a list, dictionary or set.
    """

    kind: Kind
    name: str
    value: str
    place: tuple[int, str]


@dataclass(frozen=True, slots=True)
class Step:
    """A line of the program, or the part of it that ran before another thread did.

    Attributes:
        thread: number of the simulated thread.
        name: the thread's name.
        file: file name as compiled.
        line: line number, from 1.
        function: qualified name of the function.
        accesses: what it read and wrote, in order.
        interrupted: whether the schedule let another thread run after it although this one could have gone on.
        time: virtual nanoseconds since the beginning.
    """

    thread: int
    name: str
    file: str
    line: int
    function: str
    accesses: tuple[Access, ...]
    interrupted: bool
    time: int


@dataclass(frozen=True, slots=True)
class Collision:
    """Two steps of different threads that used the same thing, at least one of them changing it.

    Attributes:
        first: the earlier step.
        second: the later one.
        name: what both used, as the earlier one names it.
    """

    first: Step
    second: Step
    name: str


def find_collision(steps: Sequence[Step]) -> Collision | None:
    """Find the two steps that are most likely to explain a result that only some schedules give.

    They are a step after which its thread had to wait for others, and a step that another thread made meanwhile. What
    the first one read and the second one changed comes before any other clash, and of those one that the first
    thread then overwrote.
    """
    best: tuple[tuple[int, int], Collision] | None = None
    for index, step in enumerate(steps[:_LOOKED_AT]):
        meanwhile = _meanwhile(steps, index)
        if not meanwhile:
            continue
        found = _clash(steps[: index + 1], meanwhile, steps[index + 1 + len(meanwhile) :])
        # A thread that was interrupted says more than one that waited, perhaps for just what the others did.
        if found is not None and (best is None or (found[0], not step.interrupted) < best[0]):
            best = ((found[0], not step.interrupted), found[1])
    return best[1] if best is not None else None


def _meanwhile(steps: Sequence[Step], index: int) -> Sequence[Step]:
    """Return the steps of others between a thread's step and its next one, if it has a next one."""
    thread = steps[index].thread
    for following in range(index + 1, len(steps)):
        if steps[following].thread == thread:
            return steps[index + 1 : following]
    return ()


def _clash(before: Sequence[Step], meanwhile: Sequence[Step], after: Sequence[Step]) -> tuple[int, Collision] | None:
    thread = before[-1].thread
    best: tuple[int, Collision] | None = None
    for mine in reversed(before):
        if mine.thread != thread:
            continue
        for access in reversed(mine.accesses):
            for others in meanwhile:
                for other in others.accesses:
                    rank = _rank(access, other, [one for step in after if step.thread == thread for one in step.accesses])
                    if rank is not None and (best is None or rank < best[0]):
                        best = rank, Collision(mine, others, access.name)
    return best


def _rank(mine: Access, other: Access, later: Sequence[Access]) -> int | None:
    """Say how much two accesses explain, 0 being most, or None if they don't clash."""
    if not _same(mine, other) or "write" not in {mine.kind, other.kind}:
        return None
    if mine.kind == "write":
        return 2
    follows = next((access for access in later if _same(access, mine)), None)
    return 0 if follows is not None and follows.kind == "write" else 1


def _same(one: Access, other: Access) -> bool:
    return one.place[0] == other.place[0] and (one.place[1] == other.place[1] or "*" in {one.place[1], other.place[1]})
