"""Which exercises there are: the path is the manifest, ``tests/X/test_Y.py`` judges ``<tree>/X/Y.py``."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

CONCEPTS = ("concurrency", "parallelism", "synchronization", "asynchronous", "blocking", "non_blocking")
"""The concepts in the order in which they are taught."""

PACKAGE = "exercises"
"""Submissions are imported below this package, whatever the tree they come from is called."""

_SUITE_PREFIX = "test_"
_SECTIONS = {"fundamentals": "Fundamentals", "http_api": "HTTP API calls"}


class UnknownExerciseError(Exception):
    """A name was given that is no exercise; the message lists those there are and suggests the nearest."""


class NoCourseError(Exception):
    """There are no suites where the course was looked for."""


@dataclass(frozen=True, slots=True, order=True)
class Exercise:
    """One exercise of the course.

    Attributes:
        concept: the folder it is in.
        name: its file's name without the suffix.
    """

    concept: str
    name: str

    @property
    def id(self) -> str:
        """The name that people use: ``concurrency/fundamentals``."""
        return f"{self.concept}/{self.name}"

    @property
    def section(self) -> str:
        """Heading of its part of the concept's README and HINTS."""
        return _SECTIONS.get(self.name, self.name)

    @property
    def module(self) -> str:
        """The dotted name under which a submission's file is imported."""
        return f"{PACKAGE}.{self.concept}.{self.name}"

    @property
    def file(self) -> str:
        """Path of the exercise inside a submission."""
        return f"{self.concept}/{self.name}.py"

    @property
    def suite(self) -> str:
        """Path of the suite inside ``tests/``."""
        return f"{self.concept}/{_SUITE_PREFIX}{self.name}.py"


def exercise_of(suite: Path) -> Exercise:
    """Return the exercise that a suite's file judges."""
    return Exercise(suite.parent.name, suite.stem.removeprefix(_SUITE_PREFIX))


@dataclass(frozen=True)
class Course:
    """A folder that holds ``tests/`` and, besides, ``exercises/`` and maybe ``solutions/``."""

    root: Path

    @property
    def tests(self) -> Path:
        """The folder of the suites."""
        return self.root / "tests"

    @property
    def exercises_tree(self) -> Path:
        """The tree that the student edits."""
        return self.root / PACKAGE

    @property
    def solutions_tree(self) -> Path:
        """The tree of the reference solutions; a handout has none."""
        return self.root / "solutions"

    def exercises(self) -> list[Exercise]:
        """List the exercises that have a suite, in the order of the course."""
        found = [exercise_of(path) for path in self.tests.glob(f"*/{_SUITE_PREFIX}*.py")]
        return sorted(found, key=_position)

    def select(self, names: list[str]) -> list[Exercise]:
        """Return the exercises that `names` mean; none means all, a concept means both of its exercises.

        Paths such as ``exercises/concurrency/fundamentals.py`` are understood, too.

        Raises:
            UnknownExerciseError: a name is no exercise and no concept.
        """
        every = self.exercises()
        if not names:
            return every
        chosen: list[Exercise] = []
        for name in names:
            wanted = _normal(name.replace("\\", "/").removeprefix(f"{self.root.as_posix()}/"))
            found = [exercise for exercise in every if wanted in (exercise.id, exercise.concept)]
            if not found:
                raise UnknownExerciseError(_unknown(name, wanted, every))
            chosen += [exercise for exercise in found if exercise not in chosen]
        return sorted(chosen, key=_position)


def find_course(start: Path) -> Course:
    """Find the course that `start` lies in: the nearest folder upwards that holds suites.

    Raises:
        NoCourseError: there is none.
    """
    for folder in (start, *start.parents):
        course = Course(folder)
        if course.tests.is_dir() and course.exercises():
            return course
    msg = (
        f"No course here: neither {start} nor a folder above it has tests/<concept>/test_<exercise>.py.\n"
        "Change into your clone of the course and try again."
    )
    raise NoCourseError(msg)


def _position(exercise: Exercise) -> tuple[int, str, str]:
    known = CONCEPTS.index(exercise.concept) if exercise.concept in CONCEPTS else len(CONCEPTS)
    return (known, exercise.concept, exercise.name)


def _normal(name: str) -> str:
    trimmed = name.strip("/").removesuffix(".py")
    for prefix in ("./", f"{PACKAGE}/", "solutions/", "tests/"):
        trimmed = trimmed.removeprefix(prefix)
    return trimmed.replace(f"/{_SUITE_PREFIX}", "/")


def _unknown(name: str, wanted: str, every: list[Exercise]) -> str:
    known = [exercise.id for exercise in every]
    concepts = list(dict.fromkeys(exercise.concept for exercise in every))
    near = difflib.get_close_matches(wanted, known + concepts, n=1, cutoff=0.4)
    lines = [f"There is no exercise {name!a}."]
    if near:
        lines.append(f"Did you mean {near[0]}?")
    lines.append("The exercises are:")
    lines += [f"  {exercise_id}" for exercise_id in known]
    lines.append("A concept's name means both of its exercises: " + ", ".join(concepts) + ".")
    return "\n".join(lines)
