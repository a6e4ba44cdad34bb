"""What the schedules of a scenario led to."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Hashable

    from grader.simulation._simulate import Run
    from grader.simulation.exploration._schedule import Schedule

_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")


@dataclass(frozen=True, slots=True)
class Outcome:
    """One of the things that can happen.

    Attributes:
        key: what tells it from other outcomes.
        schedule: the first schedule that led to it; none that was tried has fewer preemptions.
        count: how many of the schedules tried led to it.
        run: what happened under `schedule`. Not compared: exceptions are never equal.
    """

    key: Hashable
    schedule: Schedule
    count: int
    run: Run[Any] = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Exploration:
    """What came of a search.

    Attributes:
        outcomes: the different ones, those found with fewest preemptions first.
        tried: how many schedules were run.
        untried: how many more are known and were not run, because of the limit; each may lead to further ones.
        strayed: how many could not be followed because the scenario did something else than in an earlier run, as
            one does that draws random numbers or keeps something from run to run.
        preemptions: how many preemptions a schedule may have.
        sampled: how many of those tried were drawn at random because not all fitted the limit.
        seed: what they were drawn with.
    """

    outcomes: tuple[Outcome, ...]
    tried: int
    untried: int
    strayed: int
    preemptions: int
    sampled: int
    seed: int

    @property
    def complete(self) -> bool:
        """Whether every schedule within the number of preemptions was run, or comes to the same as one that was."""
        return self.untried == 0 and self.strayed == 0


def outcome_key(run: Run[Any]) -> Hashable:
    """Tell outcomes apart by what can be seen from outside: result, error, deadlock, and errors that ended a thread."""
    failed = tuple(
        (event.thread, event.data["error"], event.site.line if event.site is not None else 0)
        for event in run.events
        if event.kind == "thread_error"
    )
    if run.standstill is not None:
        stuck = tuple(
            (one.name, one.kind, one.detail, one.site.line if one.site is not None else 0, one.holder)
            for one in run.standstill.stuck
        )
        return (run.standstill.reason, stuck, failed)
    if run.error is not None:
        return ("raised", type(run.error).__qualname__, plain(str(run.error)), failed)
    return ("returned", plain(repr(run.value)), failed)


def plain(text: str) -> str:
    """Take memory addresses, which differ from run to run, out of a text."""
    return _ADDRESS.sub("", text)
