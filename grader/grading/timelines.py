"""The reference solutions' timelines: recorded when the course is verified, for a report to show beside a submission's.

They are in a file of their own, which is read only where timelines are shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from grader.grading.reference import digest, read_file, write_file
from grader.lab.failure import Lane, Segment
from grader.lab.lanes import lanes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.lab.exercises import Course, Exercise
    from grader.lab.plugin import Judgement

TIMELINES = "timelines.json"
"""Name of the file, beside the suites."""

_Segment = tuple[float, float, str, str]
_Lane = tuple[str, list[_Segment]]


class RecordedTimelines(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is recorded of one exercise.

    Attributes:
        suite: SHA-256 of the suite's file.
        solution: SHA-256 of the reference solution's file.
        checks: lanes by the check's name: what each is called, and begin, end, kind and label of its segments.
    """

    suite: str
    solution: str
    checks: dict[str, list[_Lane]]

    def lanes(self, name: str) -> list[Lane]:
        """Return the lanes of a check; none if nothing was recorded of it."""
        return [Lane(lane, [Segment(*segment) for segment in segments]) for lane, segments in self.checks.get(name, [])]


Timelines = dict[str, RecordedTimelines]
"""By the exercise's name."""


def read_timelines(course: Course) -> Timelines:
    """Read the record of a course; an empty one if there is none.

    Raises:
        CorruptRecordError: it is there, and is no such record.
    """
    return read_file(course, TIMELINES, Timelines) or {}


def make_timelines(course: Course, judgements: Iterable[Judgement]) -> Timelines:
    """Make a record from runs of the reference solutions.

    What takes no simulated time is left out, and so are runs in which a process is killed: how many of the others still
    begin something is not the same each time.
    """
    checks: dict[Exercise, dict[str, list[_Lane]]] = {}
    for judgement in judgements:
        found = checks.setdefault(judgement.play.submission.exercise, {})
        is_deadly = any(item.dies for item in judgement.play.cast.items.values())
        drawn = [] if judgement.seen is None or is_deadly else lanes(judgement.seen)
        if any(segment.ended > segment.began for lane in drawn for segment in lane.segments):
            found[judgement.play.name] = [
                (lane.name, [(item.began, item.ended, item.kind, item.label) for item in lane.segments])
                for lane in drawn
            ]
    return {
        exercise.id: RecordedTimelines(
            digest(course.tests / exercise.suite), digest(course.solutions_tree / exercise.file), found
        )
        for exercise, found in checks.items()
    }


def write_timelines(course: Course, timelines: Timelines) -> None:
    """Write the record, whole or not at all: in one order, a line for each check, so that changes are easy to see."""
    exercises = ",\n".join(f"{_json(name)}: {_lines(timelines[name])}" for name in sorted(timelines))
    write_file(course, TIMELINES, f"{{\n{exercises}\n}}\n".encode())


def _lines(recorded: RecordedTimelines) -> str:
    checks = ",\n".join(f"  {_json(name)}: {_json(found)}" for name, found in recorded.checks.items())
    digests = f' "suite": {_json(recorded.suite)},\n "solution": {_json(recorded.solution)},'
    return f'{{\n{digests}\n "checks": {{\n{checks}\n }}\n}}'


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
