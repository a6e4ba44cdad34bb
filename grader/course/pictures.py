"""A lesson's picture: what threads and tasks did in runs that the lesson names, drawn from what verifying saw.

The lesson says in a comment which runs it shows, and each of them becomes one part of the picture::

    <!-- timeline
    fundamentals test_jobs_overlap mistake plain_loop: One after another, in one thread
    fundamentals test_jobs_overlap solution: At the same time, in five threads
    -->
    ![What is seen in words](timeline.svg)
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from grader.lab.exercises import Exercise
from grader.lab.lanes import lanes
from grader.lab.seen import NANOSECONDS
from grader.lab.words import duration
from grader.report import Panel, timeline_svg, write_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from grader.course.verifying import Row
    from grader.lab.exercises import Course
    from grader.lab.failure import Lane
    from grader.lab.seen import Seen

PICTURE = "timeline.svg"
"""Name of the picture beside the lesson."""

_LESSON = "README.md"
_COMMENT = re.compile(r"<!-- timeline\n(.*?)-->", re.DOTALL)
_LINK = f"]({PICTURE})"
_RUN = re.compile(r"(\w+) (\w+) (solution|(?:variant|mistake) \w+): (.*\S)")
_FORM = "`<exercise> <check> solution: <caption>`, or with `mistake <name>` or `variant <name>`"
_HEADING = re.compile(r"^# (.*\S)", re.MULTILINE)
_REMEDY = "write it with: nox -s verify -- --record"


class Run(NamedTuple):
    """A run that a lesson shows.

    Attributes:
        exercise: the one that is solved.
        check: name of the check whose scenario is played.
        entry: who plays it, by its title in the corpus.
        caption: what the lesson says of it.
    """

    exercise: Exercise
    check: str
    entry: str
    caption: str


def has_picture(course: Course, concept: str) -> bool:
    """Tell whether a lesson names the runs of a picture."""
    return _COMMENT.search(_text(course, concept)) is not None


def picture_problems(course: Course, rows: dict[Exercise, list[Row]], *, record: bool) -> Iterator[str]:
    """Yield what is wrong with the pictures of these exercises' lessons.

    A picture is only drawn if everything in it was judged now and had the verdicts that it must.

    Args:
        course: where the lessons are.
        rows: what was judged.
        record: draw the pictures anew, instead of reporting that they are missing or stale.
    """
    for concept in dict.fromkeys(exercise.concept for exercise in rows):
        problems = list(_lesson_problems(course, concept))
        yield from problems
        if problems:
            continue
        shown = runs(course, concept)
        if not shown or any(run.exercise not in rows for run in shown):
            continue
        problems = [problem for run in shown for problem in _run_problems(run, rows[run.exercise])]
        yield from problems
        if not problems:
            yield from _picture_problems(course, concept, shown, rows, record=record)


def runs(course: Course, concept: str) -> list[Run]:
    """Return the runs that a lesson shows; none if it has no picture."""
    return [
        Run(Exercise(concept, found[1]), found[2], found[3], found[4])
        for line in _lines(course, concept)
        if (found := _RUN.fullmatch(line)) is not None
    ]


def _lesson_problems(course: Course, concept: str) -> Iterator[str]:
    where = f"exercises/{concept}/{_LESSON}"
    linked = _LINK in _text(course, concept)
    if not has_picture(course, concept):
        if linked:
            yield f"{where} shows {PICTURE} and has no comment that says which runs it draws"
        return
    if not linked:
        yield f"{where} says which runs its picture draws, and doesn't show it: ![…]({PICTURE})"
    lines = list(_lines(course, concept))
    known = course.exercises()
    for line in lines:
        found = _RUN.fullmatch(line)
        if found is None:
            yield f"{where}: a run of its picture is written as {_FORM}, not {line!r}"
        elif Exercise(concept, found[1]) not in known:
            yield f"{where}: its picture names {concept}/{found[1]}, which doesn't exist"
    if not lines:
        yield f"{where}: its picture names no run"


def _run_problems(run: Run, rows: list[Row]) -> Iterator[str]:
    where = f"exercises/{run.exercise.concept}/{_LESSON}: its picture names"
    row = _row(run, rows)
    if row is None:
        yield f"{where} {run.exercise.id} {run.entry}, which doesn't exist"
    elif run.check not in row.judgements:
        yield f"{where} the check {run.check} of {run.exercise.id}, which doesn't exist"


def _picture_problems(
    course: Course, concept: str, shown: list[Run], rows: dict[Exercise, list[Row]], *, record: bool
) -> Iterator[str]:
    panels = []
    for run in shown:
        row = _row(run, rows[run.exercise])
        seen = row.judgements[run.check].seen if row is not None and not row.problems and not row.faults else None
        if seen is None:
            # That is told elsewhere.
            return
        panels.append(Panel(f"{run.caption}: {_took(seen)}", lanes(seen)))
        if not any(_shows_time(lane) for lane in panels[-1].lanes):
            where = f"exercises/{concept}/{_LESSON}"
            yield f"{where}: nothing takes time in {run.check} with {run.entry}, so its picture shows nothing"
            return
    heading = _HEADING.search(_text(course, concept))
    drawn = timeline_svg(panels, f"{heading[1] if heading is not None else concept}: what runs when")
    file = _folder(course, concept) / PICTURE
    if record:
        write_file(file.parent, file.name, drawn)
    elif not file.is_file():
        yield f"exercises/{concept}/{PICTURE} is missing; {_REMEDY}"
    elif file.read_text(encoding="utf-8", errors="replace") != drawn:
        yield f"exercises/{concept}/{PICTURE} is stale; {_REMEDY}"


def _shows_time(lane: Lane) -> bool:
    return any(segment.ended > segment.began or segment.kind == "stuck" for segment in lane.segments)


def _took(seen: Seen) -> str:
    stop = seen.observation.stop
    return duration(seen.seconds) if stop is None else f"stuck after {duration(stop.time / NANOSECONDS)}"


def _row(run: Run, rows: list[Row]) -> Row | None:
    return next((row for row in rows if row.entry.title == run.entry), None)


def _lines(course: Course, concept: str) -> Iterator[str]:
    comment = _COMMENT.search(_text(course, concept))
    for line in comment[1].splitlines() if comment is not None else []:
        if line.strip():
            yield line.strip()


def _text(course: Course, concept: str) -> str:
    file = _folder(course, concept) / _LESSON
    return file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""


def _folder(course: Course, concept: str) -> Path:
    return course.exercises_tree / concept
