"""Files that can't be graded: one clear message each, and the others as usual."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.grading import Grading, grade
from grader.lab.exercises import Course

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.grading import ExerciseResult

HERE = Path(__file__).parent
COURSE = Course(HERE / "course")
HONEST = (HERE / "course" / "honest" / "concurrency" / "fundamentals.py").read_bytes()

pytestmark = pytest.mark.timeout(120)


def _write(data: bytes) -> Callable[[Path], object]:
    return lambda file: file.write_bytes(data)


def _big(file: Path) -> None:
    with file.open("wb") as opened:
        opened.truncate(50_000_000)


def _link(file: Path) -> None:
    target = file.with_name("elsewhere.py")
    target.write_bytes(HONEST)
    file.symlink_to(target)


CASES: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (lambda _file: None, "is missing"),
    "empty": (_write(b""), "is empty"),
    "blank": (_write(b"\n  \n"), "is empty"),
    "a directory": (Path.mkdir, "is a directory"),
    "a broken link": (lambda file: file.symlink_to("nowhere.py"), "link"),
    "a link": (_link, "link"),
    "a pipe": (os.mkfifo, "is not a regular file"),
    "not UTF-8": (_write(b"x = '\xff'\n"), "is not UTF-8"),
    "NULs": (_write(b"x = 1\0\n"), "NUL"),
    "50 MB": (_big, "50.0 MB"),
    "a syntax error": (_write(b"def f(:\n"), "The file is not valid Python"),
    "brackets": (_write(b"x = " + b"(" * 5000 + b")" * 5000), "The file"),
    "an error at import": (_write(b"raise KeyError('lost')\n"), "The file raises KeyError in line 1"),
    "an unknown import": (_write(b"import no_such_thing\n"), "The file can't be imported"),
}


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[ExerciseResult]]:
    """Each case graded beside an honest file of another exercise."""
    found = {}
    for name, (make, _) in CASES.items():
        tree = tmp_path_factory.mktemp("tree")
        for exercise in COURSE.exercises():
            target = tree / exercise.file
            target.parent.mkdir(exist_ok=True)
            if exercise.id == "concurrency/fundamentals":
                make(target)
            elif exercise.id == "concurrency/http_api":
                target.write_bytes((HERE / "course" / "honest" / exercise.file).read_bytes())
        chosen = COURSE.select(["concurrency"])
        found[name] = grade(Grading(COURSE, chosen, tree, 1)).exercises
    return found


@pytest.mark.parametrize("name", CASES)
def test_a_file_that_cannot_be_graded_gets_one_message(results: dict[str, list[ExerciseResult]], name: str) -> None:
    """The exercise has no points and one problem that says what is wrong."""
    first, _ = results[name]
    assert first.points == 0
    assert first.problem is not None
    assert CASES[name][1] in first.problem.verdict


@pytest.mark.parametrize("name", CASES)
def test_the_other_exercise_is_graded_as_usual(results: dict[str, list[ExerciseResult]], name: str) -> None:
    """A file that can't be graded costs nobody else anything."""
    _, second = results[name]
    assert second.verdict == "pass"
