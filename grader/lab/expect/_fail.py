"""Raising a failure with what every failure shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from grader.lab.failure import Failure, FailureData, Lane, LineNote, StepNote

if TYPE_CHECKING:
    from grader.lab.seen import Seen


def fail(  # noqa: PLR0913 - each is one part of a failure
    seen: Seen,
    verdict: str,
    *,
    observed: str = "",
    expected: str = "",
    question: str = "",
    lines: list[LineNote] | None = None,
    timeline: list[Lane] | None = None,
    steps: list[StepNote] | None = None,
    schedule: str = "",
) -> NoReturn:
    """Raise a `Failure` about a run.

    Raises:
        Failure: always.
    """
    raise Failure(
        FailureData(
            verdict=verdict,
            called=seen.scenario.called,
            observed=observed,
            expected=expected,
            lines=lines or [],
            timeline=timeline or [],
            question=question,
            output=seen.output,
            steps=steps or [],
            schedule=schedule,
        )
    )
