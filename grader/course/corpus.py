"""The corpus of an exercise: stub, reference solution, variants that must pass, and mistakes that must fail."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pathlib import Path

    from grader.lab.exercises import Course, Exercise

Kind = Literal["stub", "solution", "variant", "mistake"]

VARIANTS = "variants"
MISTAKES = "mistakes"
SEPARATOR = "__"

_FIELD = re.compile(r"^(fails|says):\s*(.*?)\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of the corpus.

    Attributes:
        kind: what it is.
        exercise: what it solves, or fails to solve.
        name: its own name, after the exercise's.
        file: where it is.
        fails: names of the checks that it must fail; for a mistake only, and empty if it doesn't name any.
        says: what one of its failures must say; for a mistake only, and empty if it doesn't say.
    """

    kind: Kind
    exercise: Exercise
    name: str
    file: Path
    fails: frozenset[str] = frozenset()
    says: str = ""

    @property
    def label(self) -> str:
        """A name that no other entry of the exercise has."""
        return self.title.replace(" ", "-")

    @property
    def title(self) -> str:
        """The same in words."""
        return self.name if self.kind == self.name else f"{self.kind} {self.name}"


def corpus(course: Course, exercise: Exercise) -> list[Entry]:
    """Return the entries of an exercise that are there: stub, solution, variants, mistakes."""
    entries = [
        Entry("stub", exercise, "stub", course.exercises_tree / exercise.file),
        Entry("solution", exercise, "solution", course.solutions_tree / exercise.file),
    ]
    entries += [Entry("variant", exercise, _name(file), file) for file in _files(course, exercise, VARIANTS)]
    for file in _files(course, exercise, MISTAKES):
        fails, says = _header(file)
        entries.append(Entry("mistake", exercise, _name(file), file, fails, says))
    return [entry for entry in entries if entry.file.is_file()]


def _files(course: Course, exercise: Exercise, folder: str) -> list[Path]:
    return sorted((course.tests / exercise.concept / folder).glob(f"{exercise.name}{SEPARATOR}*.py"))


def _name(file: Path) -> str:
    return file.stem.partition(SEPARATOR)[2]


def _header(file: Path) -> tuple[frozenset[str], str]:
    """Read which checks a mistake fails, and what the student must read; nothing of either where it isn't said."""
    try:
        docstring = ast.get_docstring(ast.parse(file.read_bytes())) or ""
    except (SyntaxError, ValueError):
        docstring = ""
    fields = dict(_FIELD.findall(docstring))
    fails = frozenset(name.strip() for name in fields.get("fails", "").split(",") if name.strip())
    return fails, fields.get("says", "")
