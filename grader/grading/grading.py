"""Grading a submission: judging it, and making one report of all verdicts."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import grader
from grader.grading.judging import Judged, Session, judge
from grader.grading.model import CheckResult, ExerciseResult, Report
from grader.grading.reference import Record, make_record, read_record, stale
from grader.grading.workers import WorkerPlayer
from grader.lab import FailureData
from grader.lab.exercises import Course, Exercise
from grader.lab.playing import InProcessPlayer, Player, Submission
from grader.lab.plugin import Judgement
from grader.lab.wording import failure_lines


class NoSuchCheckError(Exception):
    """A check was asked for that no suite has."""


class InterruptedGradingError(Exception):
    """Somebody pressed Ctrl-C; `report` holds what had been judged by then."""

    def __init__(self, report: Report) -> None:
        super().__init__("interrupted")
        self.report = report


@dataclass(frozen=True)
class Grading:
    """What is to be graded, and how.

    Attributes:
        course: where the suites are.
        exercises: which exercises.
        tree: the submission.
        seed: of everything random.
        in_process: perform everything in this process, for breakpoints; it proves nothing.
        checks: names of the only checks to run; empty means all.
    """

    course: Course
    exercises: list[Exercise]
    tree: Path
    seed: int
    in_process: bool = False
    checks: frozenset[str] = frozenset()


def grade(grading: Grading, on_exercise: Callable[[ExerciseResult], None] = lambda _result: None) -> Report:
    """Judge a submission and report on it.

    Args:
        grading: what is to be graded.
        on_exercise: called with the result of each exercise as soon as all of its checks have a verdict.

    Raises:
        NoSuchCheckError: a check was asked for that isn't there.
        InterruptedGradingError: Ctrl-C.
        CorruptRecordError: the record of the reference solutions can't be read.
    """
    reference = _reference(grading)
    collector = _Collector(grading, on_exercise)
    session = Session(
        course=grading.course,
        submissions={exercise: [Submission(exercise, grading.tree / exercise.file)] for exercise in grading.exercises},
        seed=grading.seed,
        player=_player(grading),
        reference=reference.measures,
        on_judgement=collector.add,
        checks=grading.checks,
    )
    judged = judge(session)
    if judged.missing:
        raise NoSuchCheckError(", ".join(judged.missing))
    report = _report(grading, judged, collector.finished())
    if judged.interrupted:
        raise InterruptedGradingError(report)
    return report


def _player(grading: Grading) -> Player:
    return InProcessPlayer() if grading.in_process else WorkerPlayer()


def _reference(grading: Grading) -> Record:
    """Read the record, and measure what it doesn't hold or no longer tells truly, if the solutions are there."""
    record = read_record(grading.course)
    outdated = [
        exercise
        for exercise in grading.exercises
        if stale(grading.course, record, exercise) and (grading.course.solutions_tree / exercise.file).exists()
    ]
    if not outdated:
        return record
    tree = grading.course.solutions_tree
    judged = judge(
        Session(
            course=grading.course,
            submissions={exercise: [Submission(exercise, tree / exercise.file)] for exercise in outdated},
            seed=grading.seed,
            player=_player(grading),
        )
    )
    return Record({**record.exercises, **make_record(grading.course, judged.judgements).exercises})


class _Collector:
    """Gathers verdicts, and tells of each exercise when the next one begins."""

    def __init__(self, grading: Grading, on_exercise: Callable[[ExerciseResult], None]) -> None:
        self._grading = grading
        self._on_exercise = on_exercise
        self._results: list[ExerciseResult] = []
        self._open: list[Judgement] = []

    def add(self, judgement: Judgement) -> None:
        if self._open and self._open[0].play.submission != judgement.play.submission:
            self._close()
        self._open.append(judgement)

    def finished(self) -> list[ExerciseResult]:
        if self._open:
            self._close()
        return self._results

    def _close(self) -> None:
        result = exercise_result(self._open, self._grading.seed)
        self._open = []
        self._results.append(result)
        self._on_exercise(result)


def exercise_result(judgements: list[Judgement], seed: int) -> ExerciseResult:
    """Sum up the verdicts on one exercise."""
    checks = [_check_result(judgement, seed) for judgement in judgements]
    unjudged = any(check.verdict == "error" for check in checks)
    problems = [check.failure for check in checks if check.failure is not None and check.failure.kind == "unloadable"]
    failures = [check.failure for check in checks if check.failure is not None]
    untouched = len(failures) == len(checks) and all(failure.kind == "not_started" for failure in failures)
    passed = all(check.verdict == "pass" for check in checks)
    return ExerciseResult(
        id=judgements[0].play.submission.exercise.id,
        verdict="pass" if passed else "error" if unjudged else "fail",
        points=sum(check.points for check in checks),
        max_points=sum(check.max_points for check in checks),
        checks=checks,
        problem=problems[0] if problems else None,
        started=not untouched,
    )


def _check_result(judgement: Judgement, seed: int) -> CheckResult:
    play = judgement.play
    passed = judgement.verdict == "pass"
    return CheckResult(
        id=play.name,
        title=play.check.title,
        task=play.check.task,
        verdict=judgement.verdict,
        points=play.check.points if passed else 0,
        max_points=play.check.points,
        message="\n".join(failure_lines(judgement.failure)) if judgement.failure is not None else judgement.reason,
        failure=judgement.failure,
        file=play.submission.exercise.file,
        line=_first_line(judgement.failure),
        seconds=judgement.measures.makespan if judgement.measures is not None else None,
        measures=judgement.measures,
        reference=play.reference,
        rerun=f"{play.submission.exercise.id} --check {play.name} --seed {seed}",
    )


def _first_line(failure: FailureData | None) -> int:
    lines: Iterable[int] = (note.line for note in failure.lines) if failure is not None else ()
    return next(iter(lines), 0)


def _report(grading: Grading, judged: Judged, exercises: list[ExerciseResult]) -> Report:
    faults = list(judged.faults)
    faults += [
        f"{exercise.id}, {check.id}: {check.message}"
        for exercise in exercises
        for check in exercise.checks
        if check.verdict == "error"
    ]
    return Report(
        grader=grader.__version__,
        python=platform.python_version(),
        seed=grading.seed,
        isolation="none" if grading.in_process else "processes",
        submission=grading.tree.name,
        points=sum(exercise.points for exercise in exercises),
        max_points=sum(exercise.max_points for exercise in exercises),
        exercises=exercises,
        faults=faults,
    )
