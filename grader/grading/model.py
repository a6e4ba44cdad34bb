"""The result of a grading: the one model that every report is made from. `schema` publishes it."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from grader.lab import FailureData
from grader.lab.seen import Measures

SCHEMA = "grader/report/v1"

Verdict = Literal["pass", "fail", "skip", "error"]


class CheckResult(msgspec.Struct, frozen=True, kw_only=True):
    """One check.

    Attributes:
        id: the name of its function in the suite.
        title: one line for the student.
        task: number of the task in README and HINTS.
        verdict: ``pass``, ``fail``, ``skip`` (what it depends on failed) or ``error`` (the grader's own fault).
        points: what was reached, a whole number.
        max_points: what can be reached.
        message: the failure in plain text, or why it was skipped; empty if it passed.
        failure: the failure as data.
        file: the submission's file, relative to the submission.
        line: the line that the failure names first, or 0.
        seconds: simulated seconds from call to return, where there was a call.
        measures: the run's makespan in simulated seconds and the most jobs or requests at once.
        reference: the same of the reference solution.
        rerun: arguments of `grader grade` that run just this check again.
    """

    id: str
    title: str
    task: int
    verdict: Verdict
    points: int
    max_points: int
    message: str = ""
    failure: FailureData | None = None
    file: str = ""
    line: int = 0
    seconds: float | None = None
    measures: Measures | None = None
    reference: Measures | None = None
    rerun: str = ""


class ExerciseResult(msgspec.Struct, frozen=True, kw_only=True):
    """One exercise.

    Attributes:
        id: such as ``concurrency/fundamentals``.
        verdict: ``pass`` if all checks passed, ``error`` if the grader could not judge one, else ``fail``.
        points: sum over the checks.
        max_points: what can be reached.
        checks: in the order of the suite.
        problem: what is wrong with the file as a whole, said once; None if it could be graded check by check.
        started: whether anything of it has been written yet.
    """

    id: str
    verdict: Literal["pass", "fail", "error"]
    points: int
    max_points: int
    checks: list[CheckResult]
    problem: FailureData | None = None
    started: bool = True


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """One grading.

    Attributes:
        schema: name and version of this model.
        grader: version of the grader.
        python: version of Python that ran the submission.
        seed: of everything random; `--seed` repeats it.
        authority: how far the result may be trusted: ``practice`` (the student's own machine).
        isolation: what kept submission and verdicts apart: ``processes``, or ``none`` (`--in-process`).
        submission: the tree that was graded, as it was named.
        points: sum over the exercises.
        max_points: what can be reached.
        exercises: in the order of the course.
        faults: what went wrong in the grader itself.
    """

    schema: Literal["grader/report/v1"] = SCHEMA
    grader: str
    python: str
    seed: int
    authority: Literal["practice"] = "practice"
    isolation: Literal["processes", "none"]
    submission: str
    points: int
    max_points: int
    exercises: list[ExerciseResult]
    faults: list[str] = []

    @property
    def passed(self) -> bool:
        """Whether every check passed."""
        return all(exercise.verdict == "pass" for exercise in self.exercises)

    @property
    def could_judge(self) -> bool:
        """Whether the grader could do its work."""
        return not self.faults and all(exercise.verdict != "error" for exercise in self.exercises)


def schema() -> dict[str, Any]:
    """Return the JSON Schema of a report."""
    return msgspec.json.schema(Report)
