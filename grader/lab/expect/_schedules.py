"""Expectations about everything that the order of threads can lead to. What the schedules led to is self-reported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from grader.lab.expect._fail import fail
from grader.lab.expect._results import clip, returned, same
from grader.lab.failure import StepNote
from grader.lab.plain import clipped
from grader.lab.seen import NANOSECONDS, spent_in
from grader.lab.standstill import likely_cause, lines_that_wait, who_waits
from grader.lab.steps import STANDING_STILL, told_uses
from grader.lab.words import duration

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from grader.lab.failure import LineNote
    from grader.lab.observation import Explored, Happening, Outcome
    from grader.lab.seen import Seen

_CLIP = 300
_STEPS = 10


def in_every_order(
    seen: Seen,
    wanted: Sequence[Any],
    verdict: str,
    question: str = "",
    *,
    told: Callable[[Any], str] = lambda value: f"returned {clip(value)}",
) -> None:
    """Expect that the play returned one of `wanted`, in whatever order the threads' steps came.

    Args:
        seen: the run; its scenario is one of `explore`.
        wanted: plain values; any of them will do.
        verdict: what is wrong otherwise.
        question: the likely cause.
        told: puts a value into words.

    Raises:
        Failure: in some order it returned something else, raised an error or came to a standstill.
    """
    explored = _explored(seen)
    for outcome in explored.outcomes:
        _expect_an_end(seen, explored, outcome)
        if outcome.how == "raised":
            _fail_raised(seen, explored, outcome)
        if not any(same(outcome.value, value) for value in wanted):
            fail(
                seen,
                verdict,
                observed=f"{clipped(told(outcome.value), _CLIP)}, {_how_often(explored, outcome)}",
                expected="in every order, " + "; or ".join(told(value) for value in wanted),
                lines=_waits(seen, outcome) if _is_about_waiting(seen, outcome) else [],
                steps=[] if _is_about_waiting(seen, outcome) else _steps(seen, outcome),
                question=question,
                schedule=outcome.schedule,
            )


def never_stuck(seen: Seen) -> None:
    """Expect that the play comes to an end in whatever order the threads' steps come.

    Raises:
        Failure: in some order nothing can run any more, or it never ends.
    """
    explored = _explored(seen)
    for outcome in explored.outcomes:
        _expect_an_end(seen, explored, outcome)
    if all(outcome.how == "raised" for outcome in explored.outcomes):
        returned(seen)


def _explored(seen: Seen) -> Explored:
    explored = seen.observation.explored
    if explored is None or not (explored.outcomes or explored.lost):
        fail(
            seen,
            "It did not say what the order of the threads leads to.",
            observed="no outcome of any order",
            expected="at least one",
            question="Does your program end Python, or reach into the grader?",
        )
    if explored.lost:
        fail(
            seen,
            "This order of the threads can't be repeated with your program as it is now.",
            observed=explored.lost,
            expected="the program in which the order was found",
            question="Have you changed the program since? Then leave --schedule away.",
        )
    return explored


def _expect_an_end(seen: Seen, explored: Explored, outcome: Outcome) -> None:
    stop = outcome.stop
    if outcome.how != "stopped" or stop is None:
        return
    if stop.reason == "endless":
        _fail_endless(seen, explored, outcome)
    fail(
        seen,
        "The threads wait for each other for ever: a deadlock.",
        observed="; ".join([*who_waits(stop), _how_often(explored, outcome)]),
        expected="it ends in every order",
        lines=lines_that_wait(seen, stop),
        question=likely_cause(seen, stop),
        schedule=outcome.schedule,
    )


def _fail_endless(seen: Seen, explored: Explored, outcome: Outcome) -> NoReturn:
    waiters = outcome.stop.waiters if outcome.stop is not None else []
    busy = [waiter for waiter in waiters if waiter.place is not None][:3]
    fail(
        seen,
        "In some orders of the threads it never ends.",
        observed=f"after a hundred thousand steps it was still at work, {_how_often(explored, outcome)}",
        expected="it ends in every order",
        lines=[note for waiter in busy for note in seen.note(waiter.place, f"{waiter.name} is still here")],
        question="What should end the loop that goes on and on?",
        schedule=outcome.schedule,
    )


def _fail_raised(seen: Seen, explored: Explored, outcome: Outcome) -> None:
    if outcome is explored.outcomes[0]:
        returned(seen)  # it raises in the plainest order, so the order isn't what matters
    error = outcome.error
    words = "an error" if error is None else f"{error.kind}: {error.text}" if error.text else error.kind
    fail(
        seen,
        "In some orders of the threads it raises an error.",
        observed=f"raised {words}, {_how_often(explored, outcome)}",
        expected="no error, in every order",
        lines=seen.note(error.place, "raised it") if error is not None else [],
        steps=_steps(seen, outcome),
        question="What did the other thread change meanwhile?",
        schedule=outcome.schedule,
    )


def _how_often(explored: Explored, outcome: Outcome) -> str:
    if explored.replayed:
        return "in this order of the threads"
    orders = f"{explored.tried:,} orders" if explored.tried != 1 else "1 order"
    return f"in {outcome.count:,} of {orders} of the threads' steps"


def _is_about_waiting(seen: Seen, outcome: Outcome) -> bool:
    """Tell whether others had to wait for a thread that stood still, which explains the outcome if no two clashed."""
    stalls = seen.scenario.exploring is not None and seen.scenario.exploring.stall > 0
    return stalls and outcome.clash is None and any(map(_waits_for_another, outcome.events))


def _waits_for_another(event: Happening) -> bool:
    waits = event.kind == "wait" and spent_in(event) > 0
    return waits and event.data.get("detail") != STANDING_STILL and event.data.get("wait") != "sleep"


def _waits(seen: Seen, outcome: Outcome) -> list[LineNote]:
    """Name the line at which a thread was stopped, and those that waited for it."""
    notes = []
    for event in outcome.events:
        spent = duration(spent_in(event) / NANOSECONDS)
        if event.kind != "wait" or not spent_in(event):
            continue
        if event.data.get("detail") == STANDING_STILL:
            notes += seen.note(event.place, f"one thread was stopped here for {spent}")
        elif _waits_for_another(event):
            notes += seen.note(event.place, f"the other one waited here for {spent}")
    return notes[:4]


def _steps(seen: Seen, outcome: Outcome) -> list[StepNote]:
    """Tell the steps that used what the threads clashed at; if that isn't known, the first that used what changed."""
    clashing = _clashing(outcome) or _changed(outcome)
    steps = [(number, step, told_uses(step, clashing)) for number, step in enumerate(outcome.steps)]
    told = [(number, step, uses) for number, step, uses in steps if uses]
    first = outcome.clash[1] if outcome.clash is not None else 0
    before = [item for item in told if item[0] < first]
    shown_ones = [*before[-2:], *[item for item in told if item[0] >= first]][:_STEPS]
    clashed = outcome.clash[1:] if outcome.clash is not None else ()
    return [
        StepNote(step.thread, step.line, seen.line(step.line), uses, number in clashed)
        for number, step, uses in shown_ones
    ]


def _changed(outcome: Outcome) -> set[tuple[int, str]]:
    """Return the things that were written to: what is only read, such as an address or a lock, explains nothing."""
    return {(use.thing, use.part) for step in outcome.steps for use in step.uses if use.kind == "write"}


def _clashing(outcome: Outcome) -> set[tuple[int, str]]:
    """Return the things that the two clashing steps have in common."""
    if outcome.clash is None or max(outcome.clash[1:]) >= len(outcome.steps):
        return set()
    first, second = (outcome.steps[number].uses for number in outcome.clash[1:])
    found: set[tuple[int, str]] = set()
    for one in first:
        for other in second:
            if one.thing == other.thing and (one.part == other.part or "*" in {one.part, other.part}):
                found |= {(one.thing, one.part), (other.thing, other.part)}
    return found
