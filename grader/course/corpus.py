"""The corpus of an exercise: stub, reference solution, variants that must pass, and mistakes that must fail."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from grader.lab.exercises import Course, Exercise

Kind = Literal["stub", "solution", "variant", "mistake"]

VARIANTS = "variants"
MISTAKES = "mistakes"
SEPARATOR = "__"

_FIELD = re.compile(r"^(fails|says):\s*(.*?)\s*$", re.MULTILINE)


class CorpusError(Exception):
    """A file of the corpus doesn't say what it has to say."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of the corpus.

    Attributes:
        kind: what it is.
        exercise: what it solves, or fails to solve.
        name: its own name, after the exercise's.
        file: where it is.
        fails: names of the checks that it must fail; for a mistake only.
        says: what one of its failures must say; for a mistake only.
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
        return self.name if self.kind in {"stub", "solution"} else f"{self.kind}-{self.name}"


def corpus(course: Course, exercise: Exercise) -> list[Entry]:
    """Return the entries of an exercise: stub, solution, variants, mistakes.

    Raises:
        CorpusError: a mistake doesn't say which checks it fails, or what the student must read.
    """
    entries = [
        Entry("stub", exercise, "stub", course.exercises_tree / exercise.file),
        Entry("solution", exercise, "solution", course.solutions_tree / exercise.file),
    ]
    for file in _files(course, exercise, VARIANTS):
        entries.append(Entry("variant", exercise, _name(file), file))
    for file in _files(course, exercise, MISTAKES):
        fails, says = _header(file)
        entries.append(Entry("mistake", exercise, _name(file), file, fails, says))
    return entries


def _files(course: Course, exercise: Exercise, folder: str) -> list[Path]:
    return sorted((course.tests / exercise.concept / folder).glob(f"{exercise.name}{SEPARATOR}*.py"))


def _name(file: Path) -> str:
    return file.stem.partition(SEPARATOR)[2]


def _header(file: Path) -> tuple[frozenset[str], str]:
    docstring = ast.get_docstring(ast.parse(file.read_bytes())) or ""
    fields = dict(_FIELD.findall(docstring))
    fails = frozenset(name.strip() for name in fields.get("fails", "").split(",") if name.strip())
    if not fails or not fields.get("says"):
        msg = f"{file}: a mistake's docstring says `fails: <checks>` and `says: <what the student must read>`"
        raise CorpusError(msg)
    return fails, fields["says"]
