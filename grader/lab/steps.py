"""The one order of the threads that a check failed in: the run as it was then, and its steps in words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from grader.lab.failure import StepNote
from grader.lab.witness import Witness

if TYPE_CHECKING:
    from grader.lab.observation import Outcome, ScheduledStep
    from grader.lab.seen import Seen

STANDING_STILL = "standing still"
"""Detail of the wait of a thread that a schedule has interrupted, and that gives the others time."""

_STEP_LIMIT = 60


def told_uses(step: ScheduledStep, things: set[tuple[int, str]]) -> str:
    """Say what a step read and wrote, and whether the thread was interrupted then.

    Args:
        step: which.
        things: number of an object and the part of it that is told of, ``*`` for any part; empty for everything.
    """
    uses = [use for use in step.uses if not things or not things.isdisjoint({(use.thing, use.part), (use.thing, "*")})]
    words = [
        f"{'read' if use.kind == 'read' else 'wrote'} {use.name}{f' = {use.value}' if use.value else ''}"
        for use in uses
    ]
    if words and step.interrupted:
        words.append("and was interrupted")
    return ", ".join(dict.fromkeys(words))


def every_step(seen: Seen, schedule: str) -> list[StepNote]:
    """Return all that the threads did in one of the orders that were tried; nothing if it isn't known.

    Args:
        seen: the run; its scenario is one of `explore`.
        schedule: the order, as the failure names it.
    """
    outcome = _outcome(seen, schedule)
    if outcome is None:
        return []
    clash = outcome.clash[1:] if outcome.clash is not None else ()
    steps = [
        StepNote(
            step.thread,
            step.line,
            seen.line(step.line),
            told_uses(step, set()) or ("was interrupted" if step.interrupted else ""),
            number in clash,
        )
        for number, step in enumerate(outcome.steps[:_STEP_LIMIT])
    ]
    waiters = outcome.stop.waiters if outcome.stop is not None and outcome.stop.reason == "deadlock" else []
    return steps + [
        StepNote(waiter.name, waiter.place.line, seen.line(waiter.place.line), "waits here for ever")
        for waiter in waiters[:_STEP_LIMIT]
        if waiter.place is not None
    ]


def in_that_order(seen: Seen, schedule: str) -> Seen:
    """Return the run as it was in one of the orders that were tried, as far as its trace was kept.

    What the witness recorded belongs to all orders together, so of that there is nothing.

    Args:
        seen: the run; its scenario is one of `explore`.
        schedule: the order, as the failure names it.
    """
    outcome = _outcome(seen, schedule)
    events, stop = (outcome.events, outcome.stop) if outcome is not None else ([], None)
    observation = msgspec.structs.replace(seen.observation, events=events, stop=stop)
    return replace(seen, observation=observation, witness=Witness({}))


def _outcome(seen: Seen, schedule: str) -> Outcome | None:
    explored = seen.observation.explored
    outcomes = explored.outcomes if explored is not None else []
    return next((outcome for outcome in outcomes if outcome.schedule == schedule), None)
