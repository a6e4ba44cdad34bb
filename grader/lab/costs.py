"""What the lines of a submission cost: the simulated time that was spent waiting in each."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from grader.lab.seen import NANOSECONDS, spent_in

if TYPE_CHECKING:
    from grader.lab.seen import Seen

_TAKES_TIME = frozenset({"wait", "await", "spin"})


class Cost(NamedTuple):
    """What a line cost.

    Attributes:
        seconds: simulated seconds that threads and tasks waited in it, all together.
        times: how often.
    """

    seconds: float
    times: int


def costs_by_line(seen: Seen) -> dict[int, Cost]:
    """Return what each line cost that cost anything, in the order of the lines."""
    spans: dict[int, list[int]] = defaultdict(list)
    for event in seen.observation.events:
        if event.place is not None and event.kind in _TAKES_TIME and spent_in(event) > 0:
            spans[event.place.line].append(spent_in(event))
    return {line: Cost(sum(spans[line]) / NANOSECONDS, len(spans[line])) for line in sorted(spans)}
