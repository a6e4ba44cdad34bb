"""The reference solutions' figures: measured by the same suites, or read from the record that a handout carries."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, TypeVar

import msgspec

from grader.errors import BadInputError
from grader.lab.seen import Measures  # noqa: TC001 - msgspec reads the annotation

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from grader.lab.exercises import Course, Exercise
    from grader.lab.plugin import Judgement

RECORD = "reference.json"

_Content = TypeVar("_Content")


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
    return read_file(course, RECORD, Record) or Record({})


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
                digest(course.tests / exercise.suite), digest(course.solutions_tree / exercise.file), found
            )
            for exercise, found in checks.items()
        }
    )


def write_record(course: Course, record: Record) -> None:
    """Write the record, whole or not at all."""
    write_file(course, RECORD, msgspec.json.format(msgspec.json.encode(record), indent=1) + b"\n")


def stale(course: Course, record: Record, exercise: Exercise) -> bool:
    """Tell whether suite or solution have changed since the record was made, as far as they are there to look at."""
    recorded = record.exercises.get(exercise.id)
    if recorded is None:
        return True
    solution = course.solutions_tree / exercise.file
    return recorded.suite != digest(course.tests / exercise.suite) or (
        solution.exists() and recorded.solution != digest(solution)
    )


def read_file(course: Course, name: str, kind: type[_Content]) -> _Content | None:
    """Read a file that verifying has recorded beside the suites; None if there is none.

    Raises:
        CorruptRecordError: it is there, and holds something else.
    """
    try:
        return msgspec.json.decode((course.tests / name).read_bytes(), type=kind)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise CorruptRecordError(_corrupt(name, error.strerror or str(error))) from None
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise CorruptRecordError(_corrupt(name, str(error))) from None


def write_file(course: Course, name: str, content: bytes) -> None:
    """Write such a file, whole or not at all."""
    target = course.tests / name
    partial = target.with_suffix(".partial")
    partial.write_bytes(content)
    partial.replace(target)


def digest(file: Path) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _corrupt(name: str, why: str) -> str:
    return (
        f"tests/{name} can't be read: {why}\n"
        f"Get the file back (git checkout -- tests/{name}), or write it again with nox -s verify -- --record."
    )
