"""Certifying the course: what must pass passes, what must fail fails, and for the reason that it names."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

from grader.course.corpus import Entry, corpus
from grader.course.pictures import picture_problems
from grader.course.sharing import SharingPlayer
from grader.course.strays import stray_problems
from grader.course.surfaces import surface_problems, task_problems
from grader.grading import (
    CorruptRecordError,
    Judged,
    Record,
    Session,
    WorkerPlayer,
    judge,
    make_record,
    make_timelines,
    read_record,
    read_timelines,
    write_record,
    write_timelines,
)
from grader.grading.reference import RECORD
from grader.grading.timelines import TIMELINES
from grader.lab.playing import Submission
from grader.lab.wording import failure_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from grader.lab.checks import Check
    from grader.lab.exercises import Course, Exercise
    from grader.lab.plugin import Judgement

POINTS = 10
"""Points of every exercise."""

SEED = 20_260_101

_Recorded = TypeVar("_Recorded")


@dataclass
class Row:
    """One entry of the corpus and its verdicts.

    Attributes:
        entry: which entry.
        judgements: by the check's name.
        problems: what is wrong, in words.
        faults: what could not be judged, in words.
    """

    entry: Entry
    judgements: dict[str, Judgement]
    problems: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


@dataclass
class Verification:
    """What verifying found.

    Attributes:
        rows: by exercise, in the order of the corpus.
        problems: everything that is wrong, in words.
        faults: what went wrong in the grader itself.
    """

    rows: dict[Exercise, list[Row]]
    problems: list[str]
    faults: list[str]

    @property
    def verdicts(self) -> int:
        """How many verdicts were made."""
        return sum(len(row.judgements) for rows in self.rows.values() for row in rows)


def verification(
    course: Course,
    exercises: list[Exercise],
    *,
    record: bool,
    on_judgement: Callable[[Judgement], None] = lambda _: None,
) -> Verification:
    """Judge the whole corpus, and compare with what it says of itself.

    Args:
        course: the course.
        exercises: which of its exercises.
        record: write the records of the reference solutions and the lessons' pictures anew, instead of reporting that
            they are stale.
        on_judgement: called with each verdict.
    """
    entries = {exercise: corpus(course, exercise) for exercise in exercises}
    judged = judge_entries(course, entries, on_judgement)
    if judged.interrupted:
        raise KeyboardInterrupt
    rows = {exercise: _rows(exercise, entries[exercise], judged) for exercise in entries}
    problems = list(stray_problems(course))
    for exercise, found in rows.items():
        problems += surface_problems(course, exercise)
        checks = {name: judgement.play.check for row in found for name, judgement in row.judgements.items()}
        # A suite that couldn't be run is a fault, told once.
        if checks:
            problems += _suite_problems(course, exercise, checks)
            problems += _unproven_checks(exercise, found)
            problems += [problem for row in found for problem in row.problems]
    if not judged.faults:
        problems += _record_problems(course, rows, record=record)
        problems += picture_problems(course, rows, record=record)
    faults = [*judged.faults, *(fault for found in rows.values() for row in found for fault in row.faults)]
    return Verification(rows, problems, faults)


def judge_entries(
    course: Course, entries: dict[Exercise, list[Entry]], on_judgement: Callable[[Judgement], None] = lambda _: None
) -> Judged:
    """Judge entries of the corpus, each in every check of its exercise."""
    player = SharingPlayer(WorkerPlayer())
    try:
        return judge(
            Session(
                course=course,
                submissions={
                    exercise: [Submission(exercise, entry.file, entry.label) for entry in found]
                    for exercise, found in entries.items()
                },
                seed=SEED,
                player=player,
                on_judgement=on_judgement,
            )
        )
    finally:
        player.close()


def _rows(exercise: Exercise, entries: list[Entry], judged: Judged) -> list[Row]:
    by_label: dict[str, dict[str, Judgement]] = defaultdict(dict)
    for judgement in judged.judgements:
        if judgement.play.submission.exercise == exercise:
            by_label[judgement.play.submission.label][judgement.play.name] = judgement
    rows = [Row(entry, by_label[entry.label]) for entry in entries]
    for row in rows:
        row.problems = list(_row_problems(row))
        row.faults = list(_row_faults(row))
    return rows


def _row_faults(row: Row) -> Iterator[str]:
    for name, judgement in row.judgements.items():
        if judgement.verdict == "error":
            yield f"{row.entry.exercise.id} {row.entry.title}: {name} could not be judged: {judgement.reason}"


def _row_problems(row: Row) -> Iterator[str]:
    where = f"{row.entry.exercise.id} {row.entry.title}"
    match row.entry.kind:
        case "stub":
            yield from _stub_problems(where, row)
        case "mistake":
            yield from _mistake_problems(where, row)
        case _:
            yield from _right_problems(where, row)


def _stub_problems(where: str, row: Row) -> Iterator[str]:
    for name, judgement in row.judgements.items():
        not_started = judgement.failure is not None and judgement.failure.kind == "not_started"
        # A check that needs another one is skipped when that one fails.
        if not not_started and judgement.verdict not in {"skip", "error"}:
            yield f"{where}: {name} should fail as not started, but: {_told(judgement)}"


def _right_problems(where: str, row: Row) -> Iterator[str]:
    for name, judgement in row.judgements.items():
        if judgement.verdict == "fail":
            yield f"{where}: must pass {name}, but: {_told(judgement)}"


def _mistake_problems(where: str, row: Row) -> Iterator[str]:
    entry = row.entry
    if not entry.fails or not entry.says:
        yield f"{where}: its docstring must say `fails: <checks>` and `says: <what the student must read>`"
        return
    failures = {name: judgement.failure for name, judgement in row.judgements.items() if judgement.failure is not None}
    for name in sorted(entry.fails - failures.keys()):
        judgement = row.judgements.get(name)
        if judgement is None:
            yield f"{where}: names the check {name}, which doesn't exist"
        elif judgement.verdict != "error":
            yield f"{where}: must fail {name}, but: {judgement.verdict}"
    for name in sorted(failures.keys() - entry.fails):
        yield f"{where}: fails {name}, which it doesn't name: {_told(row.judgements[name])}"
    if failures and not any(entry.says in "\n".join(failure_lines(failure)) for failure in failures.values()):
        verdicts = " // ".join(dict.fromkeys(failure.verdict for failure in failures.values()))
        yield f"{where}: no failure says {entry.says!r}, but: {verdicts}"


def _suite_problems(course: Course, exercise: Exercise, checks: dict[str, Check]) -> Iterator[str]:
    points = sum(check.points for check in checks.values())
    if points != POINTS:
        yield f"{exercise.id}: its checks are worth {points} points together, not {POINTS}"
    yield from task_problems(course, exercise, frozenset(check.task for check in checks.values()))


def _unproven_checks(exercise: Exercise, rows: list[Row]) -> Iterator[str]:
    names = {name for row in rows for name in row.judgements}
    proven = {name for row in rows if row.entry.kind == "mistake" for name in row.entry.fails}
    for name in sorted(names - proven):
        yield f"{exercise.id}: no mistake fails {name}, so nothing shows that it can fail"


def _record_problems(course: Course, rows: dict[Exercise, list[Row]], *, record: bool) -> Iterator[str]:
    fit = list(_fit_solutions(rows))
    figures = _Recording(
        RECORD,
        make_record(course, fit).exercises,
        read=lambda: read_record(course).exercises,
        write=lambda found: write_record(course, Record(found)),
    )
    drawn = _Recording(
        TIMELINES,
        make_timelines(course, fit),
        read=lambda: read_timelines(course),
        write=lambda found: write_timelines(course, found),
    )
    yield from figures.problems(course, rows, record=record)
    yield from drawn.problems(course, rows, record=record)


@dataclass(frozen=True)
class _Recording(Generic[_Recorded]):
    """A file that is recorded beside the suites: what it should hold of these exercises, and how it is had."""

    name: str
    now: dict[str, _Recorded]
    read: Callable[[], dict[str, _Recorded]]
    write: Callable[[dict[str, _Recorded]], None]

    def problems(self, course: Course, exercises: Iterable[Exercise], *, record: bool) -> Iterator[str]:
        """Yield what is wrong with the file, or write it anew, with what it holds of other exercises of the course."""
        try:
            then = self.read()
        except CorruptRecordError as error:
            if not record:
                yield " ".join(str(error).splitlines())
                return
            then = {}
        if record:
            known = {exercise.id for exercise in course.exercises()}
            self.write({**{name: found for name, found in then.items() if name in known}, **self.now})
            return
        for exercise in exercises:
            now = self.now.get(exercise.id)
            if now is not None and now != then.get(exercise.id):
                yield f"{exercise.id}: tests/{self.name} is stale; write it with: nox -s verify -- --record"


def _fit_solutions(rows: dict[Exercise, list[Row]]) -> Iterator[Judgement]:
    """Yield the verdicts on the solutions that pass everything: nobody is to be compared with another."""
    for found in rows.values():
        for row in found:
            if row.entry.kind == "solution" and not row.problems and not row.faults:
                yield from row.judgements.values()


def _told(judgement: Judgement) -> str:
    if judgement.failure is not None:
        return " | ".join(line.strip() for line in failure_lines(judgement.failure)[:4])
    return judgement.verdict
