"""The reference solutions' figures: measured by the same suites, or read from the record that a handout carries."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec

from grader.errors import BadInputError
from grader.lab.seen import Measures  # noqa: TC001 - msgspec reads the annotation

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from grader.lab.exercises import Course, Exercise
    from grader.lab.plugin import Judgement

RECORD = "reference.json"


class RecordedExercise(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is recorded of one exercise.

    Attributes:
        suite: SHA-256 of the suite's file that measured it.
        solution: SHA-256 of the reference solution's file.
        checks: makespan and peak by the check's name.
    """

    suite: str
    solution: str
    checks: dict[str, Measures]


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The content of `tests/reference.json`."""

    exercises: dict[str, RecordedExercise]

    def measures(self, exercise: Exercise, name: str) -> Measures | None:
        """Return the figures of a check, or None if there are none."""
        recorded = self.exercises.get(exercise.id)
        return recorded.checks.get(name) if recorded is not None else None


class CorruptRecordError(BadInputError):
    """The record can't be read; the message says what to do."""


def read_record(course: Course) -> Record:
    """Read the record of a course; an empty one if there is none.

    Raises:
        CorruptRecordError: it is there, and is no such record.
    """
    try:
        data = (course.tests / RECORD).read_bytes()
    except FileNotFoundError:
        return Record({})
    except OSError as error:
        raise CorruptRecordError(_corrupt(error.strerror or str(error))) from None
    try:
        return msgspec.json.decode(data, type=Record)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise CorruptRecordError(_corrupt(str(error))) from None


def make_record(course: Course, judgements: Iterable[Judgement]) -> Record:
    """Make a record from verdicts on the reference solutions."""
    checks: dict[Exercise, dict[str, Measures]] = {}
    for judgement in judgements:
        if judgement.measures is not None:
            submission = judgement.play.submission
            checks.setdefault(submission.exercise, {})[judgement.play.name] = judgement.measures
    return Record(
        {
            exercise.id: RecordedExercise(
                _digest(course.tests / exercise.suite), _digest(course.solutions_tree / exercise.file), found
            )
            for exercise, found in checks.items()
        }
    )


def write_record(course: Course, record: Record) -> None:
    """Write the record, whole or not at all."""
    target = course.tests / RECORD
    partial = target.with_suffix(".partial")
    partial.write_bytes(msgspec.json.format(msgspec.json.encode(record), indent=1) + b"\n")
    partial.replace(target)


def stale(course: Course, record: Record, exercise: Exercise) -> bool:
    """Tell whether suite or solution have changed since the record was made, as far as they are there to look at."""
    recorded = record.exercises.get(exercise.id)
    if recorded is None:
        return True
    solution = course.solutions_tree / exercise.file
    return recorded.suite != _digest(course.tests / exercise.suite) or (
        solution.exists() and recorded.solution != _digest(solution)
    )


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _corrupt(why: str) -> str:
    return (
        f"tests/{RECORD} can't be read: {why}\n"
        f"Get the file back (git checkout -- tests/{RECORD}), or write it again with nox -s verify -- --record."
    )
