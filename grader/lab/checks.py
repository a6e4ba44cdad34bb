"""The marker that makes a pytest test a check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from grader.lab.scenario import Scenario, SuiteError

if TYPE_CHECKING:
    import pytest


@dataclass(frozen=True, slots=True)
class Check:
    """What a check is, apart from its judgement.

    Attributes:
        title: one line that the student reads.
        task: number of the task, the same in the concept's README, its HINTS and the stub.
        points: whole points.
        scenario: what the submission is made to do.
        needs: names of checks of the same suite without which this one says nothing; it is skipped if one fails.
        hidden: whether reports tell of it only whether it passed.
    """

    title: str
    task: int
    points: int
    scenario: Scenario
    needs: tuple[str, ...] = ()
    hidden: bool = False


def check(  # noqa: PLR0913 - what a check consists of
    title: str, *, task: int, points: int, scenario: Scenario, needs: tuple[str, ...] = (), hidden: bool = False
) -> pytest.MarkDecorator:
    """Make a test a check: it gets what was `seen` of the scenario, and judges it by expectations.

    Args:
        title: see `Check`, as for the rest.
        task: of the exercise.
        points: that it is worth.
        scenario: what is done.
        needs: what it depends on.
        hidden: reports tell of it only its title and whether it passed: no call, no lines, no timeline. The suite
            itself must be where no student can read it.

    Raises:
        SuiteError: an argument is of another kind than `Check` says.

    Example:
        >>> from grader.lab import call, check, expect, jobs
        >>> five = call("run_concurrently", jobs(5, seconds=2))
        >>> @check("Five jobs of 2 s take 2 s", task=1, points=2, scenario=five)
        ... def test_jobs_overlap(seen):
        ...     expect.overlap(seen, at_once=5, seconds=2)
    """
    import pytest  # noqa: PLC0415 - submissions import this package for ApiCase and must not load pytest

    problem = _problem(title, task, points, scenario, needs)
    if not problem and not isinstance(hidden, bool):
        problem = f"hidden is True or False, and not {hidden!r}"
    if problem:
        msg = f"the check {title!r}: {problem}"
        raise SuiteError(msg)
    return pytest.mark.check(Check(title, task, points, scenario, tuple(needs), hidden))


def _problem(title: Any, task: Any, points: Any, scenario: Any, needs: Any) -> str:  # noqa: ANN401 - anything may be given
    if not isinstance(title, str) or not title.strip() or "\n" in title:
        return "its title is one line of text"
    if type(task) is not int or task < 1:
        return f"task is the number of a task, from 1, and not {task!r}"
    if type(points) is not int or points < 1:
        return f"points is a whole number from 1, and not {points!r}"
    if not isinstance(scenario, Scenario):
        return f"scenario is what call() or play() returns, and not {scenario!r}"
    if not isinstance(needs, tuple | list) or not all(isinstance(name, str) for name in needs):
        return f"needs is a tuple of names of checks, and not {needs!r}"
    return ""
