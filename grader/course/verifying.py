"""Certifying the course: what must pass passes, what must fail fails, and for the reason that it names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from grader.course.corpus import CorpusError, Entry, corpus
from grader.course.strays import stray_problems
from grader.course.surfaces import surface_problems, task_problems
from grader.grading import Judged, Record, Session, WorkerPlayer, judge, make_record, read_record, stale, write_record
from grader.lab.exercises import Course, Exercise
from grader.lab.playing import Submission
from grader.lab.plugin import Judgement
from grader.lab.seen import Measures
from grader.lab.wording import failure_lines

POINTS = 10
"""Points of every exercise."""

_SEED = 20_260_101


@dataclass
class Row:
    """One entry of the corpus and its verdicts.

    Attributes:
        entry: which entry.
        judgements: by the check's name.
        problems: what is wrong, in words.
    """

    entry: Entry
    judgements: dict[str, Judgement]
    problems: list[str] = field(default_factory=list)


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


def verification(course: Course, exercises: list[Exercise], *, record: bool) -> Verification:
    """Judge the whole corpus, and compare with what it says of itself.

    Args:
        course: the course.
        exercises: which of its exercises.
        record: write the record of the reference solutions anew, instead of reporting that it is stale.
    """
    problems = list(stray_problems(course))
    entries: dict[Exercise, list[Entry]] = {}
    for exercise in exercises:
        try:
            entries[exercise] = [entry for entry in corpus(course, exercise) if entry.file.exists()]
        except (CorpusError, SyntaxError) as error:
            problems.append(str(error))
    judged = _judge(course, entries)
    rows = {exercise: _rows(exercise, entries[exercise], judged) for exercise in entries}
    for exercise, found in rows.items():
        problems += surface_problems(course, exercise)
        problems += _suite_problems(course, exercise, judged.judgements)
        problems += _unproven_checks(exercise, found)
        problems += [problem for row in found for problem in row.problems]
    problems += _record_problems(course, rows, record=record)
    return Verification(rows, problems, judged.faults)


def _judge(course: Course, entries: dict[Exercise, list[Entry]]) -> Judged:
    return judge(
        Session(
            course=course,
            submissions={
                exercise: [Submission(exercise, entry.file, entry.label) for entry in found]
                for exercise, found in entries.items()
            },
            seed=_SEED,
            player=WorkerPlayer(),
        )
    )


def _rows(exercise: Exercise, entries: list[Entry], judged: Judged) -> list[Row]:
    by_label: dict[str, dict[str, Judgement]] = defaultdict(dict)
    for judgement in judged.judgements:
        if judgement.play.submission.exercise == exercise:
            by_label[judgement.play.submission.label][judgement.play.name] = judgement
    rows = [Row(entry, by_label[entry.label]) for entry in entries]
    for row in rows:
        row.problems = list(_row_problems(row))
    return rows


def _row_problems(row: Row) -> Iterator[str]:
    entry = row.entry
    where = f"{entry.exercise.id} {entry.kind} {entry.name}"
    failed = {name for name, judgement in row.judgements.items() if judgement.verdict == "fail"}
    for name, judgement in row.judgements.items():
        if judgement.verdict == "error":
            yield f"{where}: {name} could not be judged: {judgement.reason}"
    if entry.kind == "stub":
        for name, judgement in row.judgements.items():
            if judgement.failure is None or judgement.failure.kind != "not_started":
                yield f"{where}: {name} should fail as not started, but: {_told(judgement)}"
    elif entry.kind in {"solution", "variant"}:
        for name in sorted(failed):
            yield f"{where}: must pass {name}, but: {_told(row.judgements[name])}"
    else:
        for name in sorted(entry.fails - row.judgements.keys()):
            yield f"{where}: names the check {name}, which doesn't exist"
        for name in sorted((entry.fails - failed) & row.judgements.keys()):
            yield f"{where}: must fail {name}, but passes it"
        for name in sorted(failed - entry.fails):
            yield f"{where}: fails {name}, which it doesn't name: {_told(row.judgements[name])}"
        said = [judgement.failure for judgement in row.judgements.values() if judgement.failure is not None]
        if failed and not any(entry.says in "\n".join(failure_lines(failure)) for failure in said):
            verdicts = " // ".join(dict.fromkeys(failure.verdict for failure in said))
            yield f"{where}: no failure says {entry.says!r}, but: {verdicts}"


def _suite_problems(course: Course, exercise: Exercise, judgements: Iterable[Judgement]) -> Iterator[str]:
    checks = {
        judgement.play.name: judgement.play.check
        for judgement in judgements
        if judgement.play.submission.exercise == exercise
    }
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
    solutions = [
        judgement
        for found in rows.values()
        for row in found
        if row.entry.kind == "solution"
        for judgement in row.judgements.values()
    ]
    measured = make_record(course, solutions)
    if record:
        before = read_record(course)
        write_record(course, Record({**before.exercises, **measured.exercises}))
        return
    recorded = read_record(course)
    for exercise in rows:
        now = measured.exercises.get(exercise.id)
        then = recorded.exercises.get(exercise.id)
        if now is None:
            continue
        if then is None or stale(course, recorded, exercise) or _differ(then.checks, now.checks):
            yield f"{exercise.id}: tests/reference.json is stale; write it with: nox -s verify -- --record"


def _differ(then: dict[str, Measures], now: dict[str, Measures]) -> bool:
    return then != now


def _told(judgement: Judgement) -> str:
    if judgement.failure is not None:
        return " | ".join(line.strip() for line in failure_lines(judgement.failure)[:4])
    return judgement.verdict
