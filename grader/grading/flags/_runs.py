"""Flags from what was seen when a submission ran."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.grading.model import Flag
from grader.lab.plain import clipped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from grader.lab.seen import Seen

_UNANSWERED = frozenset({"exited", "killed", "invalid", "lost"})


def run_flags(runs: Iterable[tuple[str, Seen]]) -> list[Flag]:
    """Return the flags of an exercise's runs, each kind once, with the first check that has it.

    Args:
        runs: names of checks, and what was seen of them.
    """
    first: dict[str, Flag] = {}
    for check, seen in runs:
        for kind, what in _all(seen):
            first.setdefault(kind, Flag(kind=kind, check=check, what=clipped(what, 100)))
    return list(first.values())


def _all(seen: Seen) -> Iterator[tuple[str, str]]:
    ending = seen.ending
    if ending.how in _UNANSWERED:
        yield "unanswered", f"{ending.how} {ending.why or ending.code}"
    if ending.strays:
        yield "stray", f"{ending.strays}"
    if seen.observation.outcome == "tampered":
        yield "tampered", next(iter(seen.observation.names), "")
    unknown = [key for key in seen.witness.keys("unknown") if key != "call"]
    if unknown:
        yield "keys", f"{len(unknown)}"
    if seen.flooded:
        yield "flooded", ""
