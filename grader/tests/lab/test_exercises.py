"""Tests of finding the course, and of what people may call its exercises."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.lab.exercises import Course, Exercise, NoCourseError, UnknownExerciseError, exercise_of, find_course

EVERY = [
    "concurrency/fundamentals",
    "concurrency/http_api",
    "synchronization/fundamentals",
    "non_blocking/http_api",
    "a_new_one/basics",
]


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """A course of five exercises, made in another order than that of the course."""
    for name in reversed(EVERY):
        concept, _, exercise = name.partition("/")
        suite = tmp_path / "tests" / concept / f"test_{exercise}.py"
        suite.parent.mkdir(parents=True, exist_ok=True)
        suite.touch()
    (tmp_path / "tests" / "conftest.py").touch()
    (tmp_path / "tests" / "concurrency" / "mistakes").mkdir()
    (tmp_path / "tests" / "concurrency" / "mistakes" / "fundamentals__test_it.py").touch()
    return Course(tmp_path)


def ids(exercises: list[Exercise]) -> list[str]:
    """Return the names that people use."""
    return [exercise.id for exercise in exercises]


def test_an_exercise_and_its_paths() -> None:
    """The path of a suite says which exercise it judges, and where everything of it is."""
    exercise = exercise_of(Path("/somewhere/tests/non_blocking/test_http_api.py"))
    assert exercise == Exercise("non_blocking", "http_api")
    assert exercise.id == "non_blocking/http_api"
    assert exercise.file == "non_blocking/http_api.py"
    assert exercise.module == "exercises.non_blocking.http_api"
    assert exercise.suite == "non_blocking/test_http_api.py"


def test_the_trees_of_a_course(tmp_path: Path) -> None:
    """Suites, exercises and solutions lie beside one another."""
    course = Course(tmp_path)
    assert course.tests == tmp_path / "tests"
    assert course.exercises_tree == tmp_path / "exercises"
    assert course.solutions_tree == tmp_path / "solutions"


def test_exercises_in_the_order_of_the_course(course: Course) -> None:
    """Concepts come in the order in which they are taught, new ones at the end."""
    assert ids(course.exercises()) == EVERY


@pytest.mark.parametrize(
    ("names", "meant"),
    [
        ([], EVERY),
        (["concurrency"], EVERY[:2]),
        (["concurrency/http_api"], EVERY[1:2]),
        (["exercises/concurrency/http_api.py"], EVERY[1:2]),
        (["./exercises/concurrency/http_api.py"], EVERY[1:2]),
        (["solutions/concurrency/http_api.py"], EVERY[1:2]),
        (["tests/concurrency/test_http_api.py"], EVERY[1:2]),
        (["exercises\\concurrency\\http_api.py"], EVERY[1:2]),
        (["concurrency/"], EVERY[:2]),
        (["exercises/concurrency/"], EVERY[:2]),
        (["a_new_one", "concurrency/http_api", "concurrency"], [*EVERY[:2], EVERY[4]]),
    ],
)
def test_names_and_paths(course: Course, names: list[str], meant: list[str]) -> None:
    """A name, a concept or a path means its exercises, once each, in the order of the course."""
    assert ids(course.select(names)) == meant


def test_absolute_paths(course: Course) -> None:
    """An absolute path below the course is understood as well."""
    assert ids(course.select([str(course.exercises_tree / "concurrency" / "http_api.py")])) == EVERY[1:2]


@pytest.mark.parametrize(
    ("name", "suggestion"),
    [
        ("concurency", "Did you mean concurrency?"),
        ("exercises/synchronisation/fundamentals.py", "Did you mean synchronization/fundamentals?"),
        ("CONCURRENCY/http_api", "Did you mean concurrency/http_api?"),
    ],
)
def test_unknown_names_get_a_suggestion(course: Course, name: str, suggestion: str) -> None:
    """A slip of the pen is answered with what was probably meant, and all there is."""
    with pytest.raises(UnknownExerciseError) as caught:
        course.select(["concurrency", name])
    lines = str(caught.value).splitlines()
    assert lines[0] == f"There is no exercise {name!r}."
    assert suggestion in lines[1]
    assert lines[3:8] == [f"  {exercise}" for exercise in EVERY]


def test_names_that_are_like_nothing(course: Course) -> None:
    """Where nothing is near, nothing is suggested; and no control character reaches the terminal."""
    with pytest.raises(UnknownExerciseError) as caught:
        course.select(["\x1b[31m?"])
    assert str(caught.value).splitlines() == [
        "There is no exercise '\\x1b[31m?'.",
        "The exercises are:",
        *[f"  {exercise}" for exercise in EVERY],
        "A concept's name means both of its exercises: concurrency, synchronization, non_blocking, a_new_one.",
    ]


def test_finding_the_course(course: Course) -> None:
    """The course is found from anywhere inside it, the nearest one first."""
    inside = course.root / "exercises" / "concurrency" / "deep"
    inside.mkdir(parents=True)
    assert find_course(course.root) == course
    assert find_course(inside) == course
    assert find_course(course.tests / "concurrency") == course
    (inside / "tests" / "x").mkdir(parents=True)
    assert find_course(inside) == course
    (inside / "tests" / "x" / "test_y.py").touch()
    assert find_course(inside) == Course(inside)


def test_no_course(tmp_path: Path) -> None:
    """Outside of a course, the message says where was looked, for what, and what to do."""
    (tmp_path / "tests").mkdir()
    with pytest.raises(NoCourseError) as caught:
        find_course(tmp_path)
    assert str(caught.value) == (
        f"No course here: neither {tmp_path} nor a folder above it has tests/<concept>/test_<exercise>.py.\n"
        "Change into your clone of the course and try again."
    )
