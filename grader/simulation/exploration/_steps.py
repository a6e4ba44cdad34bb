"""What a replayed schedule did, line by line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.simulation.exploration._expressions import Kind

_LOOKED_AT = 500


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
    best: tuple[tuple[int, bool], Collision] | None = None
    for index, step in enumerate(steps[:_LOOKED_AT]):
        meanwhile = _meanwhile(steps, index)
        if not meanwhile:
            continue
        mine = [one for one in steps[: index + 1] if one.thread == step.thread]
        later = [one for one in steps[index + 1 + len(meanwhile) :] if one.thread == step.thread]
        for rank, collision in _clashes(mine, meanwhile, [access for one in later for access in one.accesses]):
            # A thread that was interrupted says more than one that waited, perhaps for just what the others did.
            order = (rank, not step.interrupted)
            if best is None or order < best[0]:
                best = (order, collision)
    return None if best is None else best[1]


def _meanwhile(steps: Sequence[Step], index: int) -> Sequence[Step]:
    """Return the steps of others between a thread's step and its next one, if it has a next one."""
    thread = steps[index].thread
    for following in range(index + 1, len(steps)):
        if steps[following].thread == thread:
            return steps[index + 1 : following]
    return ()


def _clashes(mine: Sequence[Step], others: Sequence[Step], later: Sequence[Access]) -> Iterator[tuple[int, Collision]]:
    """Pair a thread's steps, last one first, with the others' that clash with them; a lower rank explains more."""
    for step in reversed(mine):
        for access in reversed(step.accesses):
            for other_step in others:
                for other in other_step.accesses:
                    if _same(access, other) and "write" in {access.kind, other.kind}:
                        yield _rank(access, later), Collision(step, other_step, access.name)


def _rank(access: Access, later: Sequence[Access]) -> int:
    if access.kind == "write":
        return 2
    following = next((one for one in later if _same(one, access)), None)
    return 0 if following is not None and following.kind == "write" else 1


def _same(one: Access, other: Access) -> bool:
    return one.place[0] == other.place[0] and (one.place[1] == other.place[1] or "*" in {one.place[1], other.place[1]})
