"""The marker that makes a pytest test a check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

    from grader.lab.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Check:
    """What a check is, apart from its judgement.

    Attributes:
        title: one line that the student reads.
        task: number of the task, the same in the concept's README, its HINTS and the stub.
        points: whole points.
        scenario: what the submission is made to do.
        needs: names of checks of the same suite without which this one says nothing; it is skipped if one fails.
    """

    title: str
    task: int
    points: int
    scenario: Scenario
    needs: tuple[str, ...] = ()


def check(
    title: str, *, task: int, points: int, scenario: Scenario, needs: tuple[str, ...] = ()
) -> pytest.MarkDecorator:
    """Make a test a check: it gets what was `seen` of the scenario, and judges it by expectations.

    Example:
        >>> from grader.lab import call, check, expect, jobs
        >>> five = call("run_concurrently", jobs(5, seconds=2))
        >>> @check("Five jobs of 2 s take 2 s", task=1, points=2, scenario=five)
        ... def test_jobs_overlap(seen):
        ...     expect.overlap(seen, at_once=5, seconds=2)
    """
    import pytest  # noqa: PLC0415 - submissions import this package for ApiCase and must not load pytest

    return pytest.mark.check(Check(title, task, points, scenario, needs))
