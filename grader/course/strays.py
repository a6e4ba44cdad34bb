"""Finding files that belong to nobody in the trees of the course."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.course.corpus import MISTAKES, SEPARATOR, VARIANTS
from grader.course.mutating import EQUIVALENTS
from grader.course.pictures import PICTURE, has_picture
from grader.grading.reference import RECORD
from grader.grading.timelines import TIMELINES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from grader.lab.exercises import Course, Exercise

_TEXTS = ("README.md", "HINTS.md")


def stray_problems(course: Course) -> Iterator[str]:
    """Yield the files that are neither an exercise nor its texts, suite or corpus; and the parts that are missing."""
    exercises = course.exercises()
    files = {exercise.file for exercise in exercises}
    texts = {f"{exercise.concept}/{text}" for exercise in exercises for text in _TEXTS}
    expected = {
        course.exercises_tree: files | texts,
        course.solutions_tree: files,
        course.tests: {exercise.suite for exercise in exercises},
    }
    pictures = {f"{exercise.concept}/{PICTURE}" for exercise in exercises if has_picture(course, exercise.concept)}
    optional = {
        course.exercises_tree: {"README.md"} | pictures,
        course.tests: {"conftest.py", RECORD, TIMELINES, EQUIVALENTS},
        course.solutions_tree: set(),
    }
    for tree, wanted in expected.items():
        found = set(_files(tree))
        for name in sorted(wanted - found):
            yield f"{tree.name}/{name} is missing"
        for name in sorted(found - wanted - optional[tree]):
            if tree != course.tests or not _in_corpus(name, exercises):
                yield f"{tree.name}/{name} belongs to no exercise"


def _files(tree: Path) -> Iterator[str]:
    for path in tree.rglob("*"):
        hidden = any(part.startswith(".") or part == "__pycache__" for part in path.relative_to(tree).parts)
        if path.is_file() and not hidden:
            yield path.relative_to(tree).as_posix()


def _in_corpus(name: str, exercises: Collection[Exercise]) -> bool:
    parts = name.split("/")
    known = {(exercise.concept, exercise.name) for exercise in exercises}
    return (
        len(parts) == 3  # noqa: PLR2004 - concept, folder and file
        and parts[1] in {VARIANTS, MISTAKES}
        and parts[2].endswith(".py")
        and SEPARATOR in parts[2]
        and (parts[0], parts[2].partition(SEPARATOR)[0]) in known
    )
