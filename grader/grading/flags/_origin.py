"""Flags from what came along with a submission's exercises. None of it is ever used."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from grader.grading.model import Flag
from grader.lab.plain import clipped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.lab.exercises import Course

_COMPARED = (
    "tests/*/*.py",
    "tests/reference.json",
    "noxfile.py",
    "pyproject.toml",
    ".github/workflows/*",
    "grader/**/*.py",
)
_SUFFIXES = frozenset({".py", ".pth", ".ini", ".cfg", ".toml"})
_MOST = 20
_SIZE = 1 << 20
_ENTRIES = 2_000


def origin_flags(course: Course, tree: Path) -> list[Flag]:
    """Return the flags of a tree: what was edited around it, and what lies in it beside the exercises.

    What is compared is the trusted course and the checkout that the tree lies in, if that has suites of its own. A tree
    of the trusted course itself says nothing: whoever can edit the one can edit the other.

    Args:
        course: the trusted one.
        tree: the submission.
    """
    found = [Flag(kind="edited", what=clipped(name, 100)) for name in _edited(course.root, tree.resolve().parent)]
    exercises = {exercise.file for exercise in course.exercises()}
    found += [Flag(kind="beside", what=clipped(name, 100)) for name in _beside(tree, exercises)]
    return found[:_MOST]


def _edited(trusted: Path, checkout: Path) -> Iterator[str]:
    if checkout == trusted.resolve() or not (checkout / "tests").is_dir():
        return
    for pattern in _COMPARED:
        for path in sorted(trusted.glob(pattern)):
            name = path.relative_to(trusted)
            other = checkout / name
            if other.is_file() and not _is_same(path, other):
                yield str(name)


def _is_same(one: Path, other: Path) -> bool:
    try:
        if one.stat().st_size != other.stat().st_size or other.stat().st_size > _SIZE:
            return False
        return one.read_bytes() == other.read_bytes()
    except OSError:
        return False


def _beside(tree: Path, exercises: set[str]) -> Iterator[str]:
    seen = 0
    for folder, _, names in os.walk(tree):
        for name in sorted(names):
            seen += 1
            path = (Path(folder) / name).relative_to(tree).as_posix()
            if path not in exercises and Path(name).suffix in _SUFFIXES:
                yield path
        if seen > _ENTRIES:
            return
