"""Results made by hand, for reports to show."""

from __future__ import annotations

import io
from typing import Any

from grader.grading import CheckResult, ExerciseResult, Report, Run, Runs
from grader.lab.costs import Cost
from grader.lab.failure import FailureData, Lane, LineNote, Segment, StepNote
from grader.lab.seen import Measures
from grader.report import Commands, Screen, TerminalReport

EXERCISE = "concurrency/fundamentals"


class Terminal(io.StringIO):
    """Looks like a terminal."""

    def isatty(self) -> bool:
        """Say that it is one."""
        return True


def sequential(jobs: int = 5, seconds: float = 2) -> FailureData:
    """The failure of a program that runs jobs one after another."""
    end = jobs * seconds
    return FailureData(
        verdict="The jobs ran one after another.",
        called=f"run_concurrently([{jobs} jobs of {seconds:g} s])",
        observed=f"took {end:g} s; at most 1 job was in progress at once",
        expected=f"{seconds:g} s, as the reference takes; {jobs} at once",
        lines=[LineNote(27, "thread.join()", f"waited {seconds:g} s, {jobs} times")],
        timeline=[
            Lane(f"job {number + 1}", [Segment(number * seconds, (number + 1) * seconds, "job")])
            for number in range(jobs)
        ],
        question="Do you wait for each job before you start the next?",
    )


def race(**fields: Any) -> FailureData:  # noqa: ANN401 - any field
    """The failure of a program in which two threads come between each other."""
    read = StepNote("thread 1", 3, "self.value += 1", "read self.value = 0, and was interrupted", clash=True)
    wrote = StepNote("thread 2", 3, "self.value += 1", "read self.value = 0, wrote self.value = 1", clash=True)
    lost = StepNote("thread 1", 3, "self.value += 1", "wrote self.value = 1")
    given: dict[str, Any] = {"steps": [read, wrote, lost], "schedule": "3.11/2:2", **fields}
    return FailureData(verdict="A change was lost.", observed="1", expected="2, in every order", **given)


def unstarted(todo: str = "TODO 1: run each job in its own thread") -> FailureData:
    """The failure of a stub."""
    return FailureData(verdict="Not started yet.", called="run_concurrently([])", observed=todo, kind="not_started")


def passed(name: str = "test_order", title: str = "Results come in order", **fields: Any) -> CheckResult:  # noqa: ANN401 - any field
    """A check that passed."""
    given = {"task": 1, "verdict": "pass", "points": 2, "max_points": 2, **fields}
    return CheckResult(id=name, title=title, **given)


def failed(
    failure: FailureData,
    name: str = "test_overlap",
    title: str = "Five jobs of 2 s take 2 s",
    **fields: Any,  # noqa: ANN401 - any field
) -> CheckResult:
    """A check that failed."""
    given = {
        "task": 1, "verdict": "fail", "points": 0, "max_points": 2, "failure": failure, "message": failure.verdict,
        "rerun": f"{EXERCISE} --check {name} --seed 7", **fields,
    }  # fmt: skip
    return CheckResult(id=name, title=title, **given)


def exercise(*checks: CheckResult, name: str = EXERCISE, **fields: Any) -> ExerciseResult:  # noqa: ANN401 - any field
    """An exercise with these checks."""
    verdicts = {check.verdict for check in checks}
    verdict: Any = "error" if "error" in verdicts else "pass" if verdicts == {"pass"} else "fail"
    return ExerciseResult(
        id=name,
        verdict=verdict,
        points=sum(check.points for check in checks),
        max_points=sum(check.max_points for check in checks),
        checks=list(checks),
        **fields,
    )


def report(*exercises: ExerciseResult, **fields: Any) -> Report:  # noqa: ANN401 - any field
    """A report on these exercises."""
    given: dict[str, Any] = {"isolation": "landlock", "submission": "exercises", **fields}
    return Report(
        grader="1.2.3",
        python="3.11.7",
        seed=7,
        points=sum(exercise.points for exercise in exercises),
        max_points=sum(exercise.max_points for exercise in exercises),
        exercises=list(exercises),
        **given,
    )


def everything() -> Report:
    """A report in which every field of the model is used."""
    own, reference = Measures(10, 1), Measures(2, 5)
    failure = failed(sequential(), file="concurrency/fundamentals.py", line=27, seconds=10.0)
    return report(
        exercise(
            passed(seconds=2.0, measures=reference, reference=reference),
            CheckResult(**{**_fields(failure), "measures": own, "reference": reference}),
            CheckResult(
                id="test_left", title="Nothing left", task=2, verdict="skip", points=0, max_points=1,
                message="says nothing while test_overlap fails",
            ),
            CheckResult(
                id="test_none", title="No job", task=1, verdict="error", points=0, max_points=1, message="KeyError: 1"
            ),
        ),
        exercise(failed(unstarted()), name="blocking/http_api", started=False),
        exercise(
            failed(FailureData(verdict="It can't be read.", kind="unloadable", output="\x1b[2J")),
            name="blocking/fundamentals",
            problem=FailureData(verdict="It can't be read.", kind="unloadable", output="\x1b[2J"),
        ),
        faults=["concurrency/fundamentals, test_none: KeyError: 1"],
        complete=False,
        isolation_gaps=["The network can be reached."],
    )  # fmt: skip


def lanes_of(jobs: int, *, together: bool, seconds: float = 2) -> list[Lane]:
    """What threads do that run jobs at the same time, or one after another."""
    times = [(0.0, seconds) if together else (number * seconds, (number + 1) * seconds) for number in range(jobs)]
    return [
        Lane(f"Thread-{number}", [Segment(*span, "job", f"job {number}", 20)]) for number, span in enumerate(times, 1)
    ]


SEQUENTIAL = Run(
    lanes_of(5, together=False),
    source=[f"{'    ' if number % 5 else ''}line_{number}()" for number in range(1, 41)],
    costs={20: Cost(10.0, 5), 27: Cost(10.0, 5)},
)
"""What was seen of a program that runs jobs one after another."""


class MadeRuns(Runs):
    """Runs made by hand, the same of every exercise: by the names of checks."""

    def __init__(self, runs: dict[str, Run] | None = None, reference: dict[str, list[Lane]] | None = None) -> None:
        super().__init__()
        self._made = runs or {}
        self._lanes = reference or {}

    def of(self, exercise: str, check: str) -> Run:
        """Return what was made for a check."""
        return self._made.get(check, Run())

    def reference(self, exercise: str, check: str) -> list[Lane]:
        """Return what was made for a check."""
        return self._lanes.get(check, [])


def shown(
    graded: Report,
    *,
    width: int = 80,
    locale: str = "en_US.UTF-8",
    commands: Commands | None = None,
    interrupted: bool = False,
) -> str:
    """What a terminal of this width and locale shows of a report, without colours."""
    file = io.StringIO()
    terminal = TerminalReport(Screen(file, width=width, environment={"LANG": locale}), commands or Commands())
    for result in graded.exercises:
        terminal.exercise(result)
    terminal.end(graded, interrupted=interrupted)
    return file.getvalue()


def _fields(check: CheckResult) -> dict[str, Any]:
    return {name: getattr(check, name) for name in check.__struct_fields__}
