"""The result of a grading: the one model that every report is made from.

`grader/report/schema.json` publishes it; docs/formats.md says what may change.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec

from grader.grading.isolation import Level  # noqa: TC001 - msgspec reads the annotations
from grader.lab.failure import FailureData, Verdict  # noqa: TC001 - as above
from grader.lab.seen import Measures  # noqa: TC001 - as above

SCHEMA: Final = "grader/report/v1"

Authority = Literal["practice", "indicative", "grade"]

Points = Annotated[int, msgspec.Meta(ge=0)]


class Flag(msgspec.Struct, frozen=True, kw_only=True):
    """A fact about a submission, for instructors. It is no verdict, and honest programs may have one.

    Attributes:
        kind: one of those that docs/trust.md lists.
        line: the first line of the submission that has it, or 0.
        check: the first check in whose run it was seen, or empty.
        what: what was found; it may be the submission's own text.
    """

    kind: str
    line: int = 0
    check: str = ""
    what: str = ""


class CheckResult(msgspec.Struct, frozen=True, kw_only=True):
    """One check.

    Attributes:
        id: the name of its function in the suite.
        title: one line for the student.
        task: number of the task in README and HINTS.
        verdict: ``pass``, ``fail``, ``skip`` (what it depends on failed) or ``error`` (the grader's own fault).
        points: what was reached, a whole number.
        max_points: what can be reached.
        message: the failure in plain text, why it was skipped or why it could not be judged; empty if it passed.
        failure: the failure as data.
        file: the submission's file, relative to the submission.
        line: the line that the failure names first, or 0.
        seconds: simulated seconds from call to return; null if the call never came to an end.
        measures: the run's makespan in simulated seconds and the most jobs or requests at once; null as above.
        reference: the same of the reference solution.
        rerun: arguments of `grader grade` that run just this check again.
        note: how many orders of the threads were tried; empty for a check that tries only one.
        hidden: whether the suite wants no more to be told of it than its title and what came out.
    """

    id: str
    title: str
    task: int
    verdict: Verdict
    points: Points
    max_points: Points
    message: str = ""
    failure: FailureData | None = None
    file: str = ""
    line: int = 0
    seconds: float | None = None
    measures: Measures | None = None
    reference: Measures | None = None
    rerun: str = ""
    note: str = ""
    hidden: bool = False


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
        flags: facts for instructors; null if nobody asked for them (`--flags`).
    """

    id: str
    verdict: Literal["pass", "fail", "error"]
    points: Points
    max_points: Points
    checks: list[CheckResult]
    problem: FailureData | None = None
    started: bool = True
    flags: list[Flag] | None = None


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """One grading.

    Attributes:
        schema: name and version of this model.
        grader: version of the grader.
        python: version of Python that ran the submission.
        seed: of everything random; `--seed` repeats it.
        authority: how far the result may be trusted: ``practice`` (whoever owns the machine can make it say anything),
            ``indicative`` (so can whoever owns the repository whose CI it is), ``grade`` (an instructor's trusted
            checkout, by the word of whoever ran it).
        isolation: what kept the submission apart from verdicts and machine, as was found by trying. From low to high:
            ``none`` (`--in-process`), ``processes``, ``landlock``, ``bwrap``; docs/trust.md says what each holds.
        isolation_gaps: what that leaves open, and why; a sentence each. If the level is below ``landlock``, the first
            says what keeps it there.
        submission: the tree that was graded, as it was named.
        points: sum over the exercises.
        max_points: what can be reached.
        exercises: in the order of the course.
        faults: what went wrong in the grader itself.
        complete: whether every check of these exercises was run; false after Ctrl-C, and with `--check`.
        flags: facts about what came along with the exercises; null if nobody asked for them (`--flags`).
    """

    schema: Literal["grader/report/v1"] = SCHEMA
    grader: str
    python: str
    seed: int
    authority: Authority = "practice"
    isolation: Level
    isolation_gaps: list[str] = []
    submission: str
    points: Points
    max_points: Points
    exercises: list[ExerciseResult]
    faults: list[str] = []
    complete: bool = True
    flags: list[Flag] | None = None

    @property
    def passed(self) -> bool:
        """Whether there were checks, and every one passed."""
        return bool(self.exercises) and all(exercise.verdict == "pass" for exercise in self.exercises)

    @property
    def could_judge(self) -> bool:
        """Whether the grader could do its work."""
        return not self.faults and all(exercise.verdict != "error" for exercise in self.exercises)
