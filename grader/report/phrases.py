"""Phrases of the report on results."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.lab.safe import clean
from grader.lab.words import count, duration

if TYPE_CHECKING:
    from grader.grading import CheckResult, ExerciseResult, Report


AUTHORITIES = {
    "practice": "This is practice: no grade.",
    "indicative": "This is indicative: graded by CI that the author of the submission may have changed.",
    "grade": "This is a grade, if the checkout that it was made from is an instructor's.",
}
"""How far a report may be trusted, in words."""


def score(points: int | str, max_points: int) -> str:
    """Write points: ``4/10``; ``?`` stands for points that nobody knows."""
    return f"{points}/{max_points}"


def todo(checks: list[CheckResult]) -> str:
    """Return what the first of these checks says is to be done."""
    told = (check.failure for check in checks if check.failure is not None and not check.hidden)
    return next((clean(failure.observed) for failure in told), "")


def none_could_run(checks: int) -> str:
    """Say that a file as a whole is at fault."""
    return "Its check could not run." if checks == 1 else f"None of its {checks} checks could run."


def skipped(result: ExerciseResult, check: CheckResult) -> str:
    """Say why a check was skipped, by the titles of the checks that it names."""
    titles = {other.id: f'"{clean(other.title)}"' for other in result.checks}
    words = re.sub(r"\w+", lambda found: titles.get(found[0], found[0]), clean(check.message))
    return f"Not checked: it {words}."


def isolation(report: Report) -> str:
    """Say how far the program was kept apart, and if that isn't as far as it is usual, what keeps it from that."""
    gap = report.isolation_gaps[0] if report.isolation == "processes" and report.isolation_gaps else ""
    return f"Isolation: {report.isolation}. {clean(gap)}".rstrip()


def measured(check: CheckResult) -> str:
    """Set the run's own figures beside the reference solution's, unless they say nothing new."""
    own, reference = check.measures, check.reference
    if own is None or reference is None or own == reference or not own.peak:
        return ""
    if check.failure is not None and "reference" in check.failure.expected:
        return ""
    words = [f"{duration(item.makespan)}, {item.peak} at once" for item in (own, reference)]
    return f"{words[0]}; the reference solution: {words[1]}"


def state(exercise: ExerciseResult) -> str:
    """Say in few words how an exercise stands."""
    if exercise.verdict == "pass":
        return "done"
    if not exercise.started:
        return "not started yet"
    if exercise.problem is not None:
        return "can't be run"
    failed = sum(check.verdict == "fail" for check in exercise.checks)
    return f"{count(failed, 'check')} failed" if failed else "could not be judged"
