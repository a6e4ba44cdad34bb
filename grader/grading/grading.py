"""Grading a submission: judging it, and making one report of all verdicts."""

from __future__ import annotations

import platform
import shlex
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

import grader
from grader.grading.flags import origin_flags, run_flags, source_flags
from grader.grading.isolation import IN_PROCESS, too_little
from grader.grading.judging import Judged, Session, judge
from grader.grading.limits import DEFAULT_LIMITS, Limits
from grader.grading.model import Authority, CheckResult, ExerciseResult, Flag, Report
from grader.grading.reference import Record, make_record, read_record, stale
from grader.grading.timelines import make_timelines, read_timelines
from grader.grading.workers import WorkerPlayer
from grader.lab.failure import FailureData
from grader.lab.orders import orders_tried
from grader.lab.plain import clipped
from grader.lab.playing import Play, Player, Submission
from grader.lab.wording import failure_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from grader.grading.isolation import Isolation, Level
    from grader.grading.runs import Runs
    from grader.lab.exercises import Course, Exercise
    from grader.lab.plugin import Judgement
    from grader.lab.seen import Measures, Seen


HIDDEN = "This check is hidden: it tells only whether it passed."
"""All that is told of a hidden check that failed."""

_NAME_LIMIT = 300  # more than any file system has


class NoSuchCheckError(Exception):
    """A check was asked for that no suite has."""


class NotExploredError(Exception):
    """A schedule was given for a check whose schedules aren't explored."""


class IsolationError(Exception):
    """A level of isolation was asked for that isn't reached; the message says why, and what to do."""


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
        repeat: arguments of the command that a rerun needs again, besides exercise, check and seed.
        schedule: the only schedule to run, as text; empty means that schedules are explored.
        isolation: the level to reach, if it can be.
        required: the level without which nothing is judged.
        limits: real-time limits.
        flags: whether instructors want to know what is remarkable about it.
        authority: how far the result may be trusted.
    """

    course: Course
    exercises: list[Exercise]
    tree: Path
    seed: int
    in_process: bool = False
    checks: frozenset[str] = frozenset()
    repeat: tuple[str, ...] = ()
    schedule: str = ""
    isolation: Level = "landlock"
    required: Level = "none"
    limits: Limits = DEFAULT_LIMITS
    flags: bool = False
    authority: Authority = "practice"


@dataclass(frozen=True, slots=True)
class Step:
    """The check whose run is waited for.

    Attributes:
        exercise: such as ``concurrency/fundamentals``.
        title: the check's.
        number: which check of all, from 1.
        of: how many checks there are.
    """

    exercise: str
    title: str
    number: int
    of: int


def grade(
    grading: Grading,
    on_exercise: Callable[[ExerciseResult], None] = lambda _result: None,
    on_step: Callable[[Step], None] = lambda _step: None,
    runs: Runs | None = None,
) -> Report:
    """Judge a submission and report on it.

    Args:
        grading: what is to be graded.
        on_exercise: called with the result of each exercise as soon as all of its checks have a verdict.
        on_step: called before each wait for a check's run.
        runs: gathers what was seen of each run, for reports that show it.

    Raises:
        NoSuchCheckError: a check was asked for that isn't there.
        NotExploredError: a schedule was given for a check that has none.
        IsolationError: the isolation that is required isn't reached.
        InterruptedGradingError: Ctrl-C.
        CorruptRecordError: the record of the reference solutions can't be read.
    """
    reference, reference_faults = _reference(grading, runs)
    collector = _Collector(grading, on_exercise, runs)
    performing = _isolated_player(grading)
    player = _Told(performing, collector.expect, on_step, grading.schedule)
    session = Session(
        course=grading.course,
        submissions={exercise: [Submission(exercise, grading.tree / exercise.file)] for exercise in grading.exercises},
        seed=grading.seed,
        player=player,
        reference=reference.measures,
        on_judgement=collector.add,
        checks=grading.checks,
        silent=not grading.in_process,  # a breakpoint's prompt must be seen
    )
    judged = judge(session)
    if judged.missing:
        raise NoSuchCheckError(", ".join(judged.missing))
    if player.unexplored:
        raise NotExploredError(player.unexplored[0])
    results = collector.finished(interrupted=judged.interrupted)
    judged.faults += _unjudged(grading, judged, results, reference_faults)
    report = _report(grading, judged, results, _isolation(performing))
    if judged.interrupted:
        raise InterruptedGradingError(report)
    return report


def _player(grading: Grading) -> Player:
    if not grading.in_process:
        course = grading.course
        hidden = [course.root, course.tests, course.solutions_tree, grading.tree]
        return WorkerPlayer(grading.limits, wanted=grading.isolation, hidden=hidden)
    from grader.lab.in_process import InProcessPlayer  # noqa: PLC0415 - it brings what only workers need otherwise

    return InProcessPlayer()


def _isolated_player(grading: Grading) -> Player:
    """Make a player, and see that its isolation is what is required."""
    player = _player(grading)
    if grading.required == "none":
        return player
    with ExitStack() as unless_it_is_enough:
        unless_it_is_enough.callback(player.close)
        reached = _isolation(player)
        if not reached.reaches(grading.required):
            raise IsolationError(too_little(reached, grading.required, grading.isolation))
        unless_it_is_enough.pop_all()
    return player


def _isolation(player: Player) -> Isolation:
    return player.isolation if isinstance(player, WorkerPlayer) else IN_PROCESS


def _reference(grading: Grading, runs: Runs | None) -> tuple[Record, list[str]]:
    """Read the records, and measure what it doesn't hold or no longer tells truly, if the solutions are there.

    Returns:
        The record, and what went wrong in measuring.
    """
    record = read_record(grading.course)
    timelines = read_timelines(grading.course) if runs is not None else {}
    if runs is not None:
        runs.compare_with(timelines)
    outdated = [
        exercise
        for exercise in grading.exercises
        if stale(grading.course, record, exercise) and (grading.course.solutions_tree / exercise.file).exists()
    ]
    if not outdated:
        return record, []
    tree = grading.course.solutions_tree
    judged = judge(
        Session(
            course=grading.course,
            submissions={exercise: [Submission(exercise, tree / exercise.file)] for exercise in outdated},
            seed=grading.seed,
            player=_player(grading),
        )
    )
    if judged.interrupted:
        raise KeyboardInterrupt
    measured = make_record(grading.course, judged.judgements)
    if runs is not None:
        runs.compare_with({**timelines, **make_timelines(grading.course, judged.judgements)})
    return Record({**record.exercises, **measured.exercises}), judged.faults


def _unjudged(grading: Grading, judged: Judged, results: list[ExerciseResult], earlier_faults: list[str]) -> list[str]:
    """Say which exercises have no verdict at all: none of those that were asked for may be missing without a word."""
    if judged.interrupted or grading.checks:
        return []
    found = {result.id for result in results}
    missing = [f"no check of {exercise.id} was judged" for exercise in grading.exercises if exercise.id not in found]
    # A suite that can't be read says so only the first time, and that may have been when the reference was measured.
    return [*earlier_faults, *missing] if missing and not judged.faults else missing


class _Told:
    """Passes plays on to a player, and tells which there are and which is waited for."""

    def __init__(
        self,
        player: Player,
        expect: Callable[[Sequence[Play]], None],
        on_step: Callable[[Step], None],
        schedule: str,
    ) -> None:
        self._player = player
        self._expect = expect
        self._on_step = on_step
        self._schedule = schedule
        self._plays: list[Play] = []
        self.unexplored: list[str] = []

    def schedule(self, plays: Sequence[Play]) -> None:
        self._plays = list(plays)
        if self._schedule:
            self._replay(plays)
        self._expect(plays)
        self._player.schedule(plays)

    def _replay(self, plays: Sequence[Play]) -> None:
        """Have the one schedule run in place of a search."""
        for play in plays:
            if "exploring" in play.cast.request:
                play.cast.request["exploring"]["schedule"] = self._schedule
            else:
                self.unexplored.append(play.name)

    def first_done(self, groups: Sequence[Sequence[Play]]) -> int:
        return self._player.first_done(groups)

    def result(self, play: Play) -> Seen:
        number = next(index for index, other in enumerate(self._plays, 1) if other is play)
        self._on_step(Step(play.submission.exercise.id, play.check.title, number, len(self._plays)))
        return self._player.result(play)

    def close(self) -> None:
        self._player.close()


class _Collector:
    """Gathers verdicts, and tells of each exercise when its last one is there."""

    def __init__(self, grading: Grading, on_exercise: Callable[[ExerciseResult], None], runs: Runs | None) -> None:
        self._grading = grading
        self._runs = runs
        self._on_exercise = on_exercise
        self._results: list[ExerciseResult] = []
        self._open: list[Judgement] = []
        self._expected: Counter[Submission] = Counter()

    def expect(self, plays: Sequence[Play]) -> None:
        self._expected = Counter(play.submission for play in plays)

    def add(self, judgement: Judgement) -> None:
        if self._runs is not None:
            self._runs.add(judgement)
        self._open.append(judgement)
        if len(self._open) == self._expected[judgement.play.submission]:
            self._close()

    def finished(self, *, interrupted: bool) -> list[ExerciseResult]:
        """Return the results in the order of the course; of an exercise whose judging was interrupted there is none."""
        if self._open and not interrupted:
            self._close()
        order = [exercise.id for exercise in self._grading.exercises]
        return sorted(self._results, key=lambda result: order.index(result.id))

    def _close(self) -> None:
        result = exercise_result(self._open, self._grading.seed, self._grading.repeat)
        if self._grading.flags:
            result = msgspec.structs.replace(result, flags=_flags(self._open))
        self._open = []
        self._results.append(result)
        self._on_exercise(result)


def _flags(judgements: list[Judgement]) -> list[Flag]:
    """Return the flags of one exercise: of its file, and of its runs."""
    runs = [(item.play.name, item.seen) for item in judgements if item.seen is not None]
    source = next(("\n".join(seen.source) for _, seen in runs), "")
    return [*source_flags(source.encode("utf-8", "surrogatepass")), *run_flags(runs)]


def exercise_result(judgements: list[Judgement], seed: int, repeat: tuple[str, ...] = ()) -> ExerciseResult:
    """Sum up the verdicts on one exercise.

    Args:
        judgements: one for each check.
        seed: of the run.
        repeat: further arguments that a rerun needs.
    """
    checks = [
        _hidden_result(judgement)
        if judgement.play.check.hidden
        else _check_result(judgement, ["--seed", str(seed), *repeat])
        for judgement in judgements
    ]
    unjudged = any(check.verdict == "error" for check in checks)
    failures = [check.failure for check in checks if check.failure is not None]
    shown = [check.failure for check in checks if check.failure is not None and not check.hidden]
    alike = len(failures) == len(checks) and len({failure.kind for failure in failures}) == 1
    passed = all(check.verdict == "pass" for check in checks)
    return ExerciseResult(
        id=judgements[0].play.submission.exercise.id,
        verdict="pass" if passed else "error" if unjudged else "fail",
        points=sum(check.points for check in checks),
        max_points=sum(check.max_points for check in checks),
        checks=checks,
        problem=(shown or failures)[0] if alike and failures[0].kind == "unloadable" else None,
        started=not (alike and failures[0].kind == "not_started"),
    )


def _check_result(judgement: Judgement, repeat: list[str]) -> CheckResult:
    play = judgement.play
    passed = judgement.verdict == "pass"
    measures = _measures(judgement)
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
        seconds=measures.makespan if measures is not None else None,
        measures=measures,
        reference=play.reference,
        rerun=shlex.join([play.submission.exercise.id, "--check", play.name, *repeat, *_schedule(judgement)]),
        note=orders_tried(judgement.seen.observation.explored) if judgement.seen is not None else "",
    )


def _hidden_result(judgement: Judgement) -> CheckResult:
    """Return the result of a check that is to tell nothing but that.

    Not even in the program's own words: those of an exception, say, may be what it was called with.
    """
    play, failure = judgement.play, judgement.failure
    if failure is not None:
        about_the_file = failure.kind in {"not_started", "unloadable"}  # which is the same whatever the check
        failure = FailureData(HIDDEN, kind=failure.kind if about_the_file else "mistake")
    return CheckResult(
        id=play.name,
        title=play.check.title,
        task=play.check.task,
        verdict=judgement.verdict,
        points=play.check.points if judgement.verdict == "pass" else 0,
        max_points=play.check.points,
        message="\n".join(failure_lines(failure)) if failure is not None else judgement.reason,
        failure=failure,
        file=play.submission.exercise.file,
        rerun=shlex.join([play.submission.exercise.id, "--check", play.name]),
        hidden=True,
    )


def _schedule(judgement: Judgement) -> list[str]:
    """Return the arguments that repeat the order of the threads that a check failed in."""
    found = judgement.failure.schedule if judgement.failure is not None else ""
    return ["--schedule", found] if found else []


def _measures(judgement: Judgement) -> Measures | None:
    """Return the run's figures if its call came to an end; else they say nothing."""
    return judgement.measures if judgement.seen is not None and judgement.seen.ended else None


def _first_line(failure: FailureData | None) -> int:
    lines: Iterable[int] = (note.line for note in failure.lines) if failure is not None else ()
    return next(iter(lines), 0)


def _report(grading: Grading, judged: Judged, exercises: list[ExerciseResult], isolation: Isolation) -> Report:
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
        isolation=isolation.level,
        isolation_gaps=list(isolation.gaps),
        submission=clipped(grading.tree.name, _NAME_LIMIT),
        points=sum(exercise.points for exercise in exercises),
        max_points=sum(exercise.max_points for exercise in exercises),
        exercises=exercises,
        faults=faults,
        complete=not (judged.interrupted or grading.checks),
        authority=grading.authority,
        flags=origin_flags(grading.course, grading.tree) if grading.flags else None,
    )
