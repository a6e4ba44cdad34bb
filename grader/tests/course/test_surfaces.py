"""Tests of comparing stubs with solutions, numbers with one another, and files with what may be there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grader.course.corpus import corpus
from grader.course.strays import stray_problems
from grader.course.surfaces import surface_problems, task_problems
from grader.tests.course.tiny_course import HINTS, README, REVERSED, SOLUTION, STUB, TinyCourse

if TYPE_CHECKING:
    from pathlib import Path

CLASS = '''
    class Account:
        """An account."""

        def __init__(self, balance):
            {init}

        @property
        def balance(self):
            """What is in it."""
            {body}

        def _hidden(self):
            {body}
'''


@pytest.fixture
def tiny(tmp_path: Path) -> TinyCourse:
    """A course without exercises."""
    return TinyCourse(tmp_path)


def surfaces(tiny: TinyCourse, stub: str, solution: str) -> list[str]:
    """Return how a stub differs from a solution, without the exercise's name."""
    exercise = tiny.add("adding", stub=stub, solution=solution)
    return [problem.removeprefix("adding/fundamentals: ") for problem in surface_problems(tiny.course, exercise)]


@pytest.mark.parametrize(
    ("stub", "solution", "problem"),
    [
        ("def run(jobs):", "def run(jobs):", None),
        ("def run(jobs):", "def run(jobs) -> list[int]:", "stub and solution have different signatures of run"),
        ("def run(jobs):", "def run(jobs, limit=3):", "stub and solution have different signatures of run"),
        ("def run(jobs):", "def run(tasks):", "stub and solution have different signatures of run"),
        ("def run(jobs):", "async def run(jobs):", "stub and solution have different signatures of run"),
        ("def run(jobs):", "@cached\n    def run(jobs):", "stub and solution have different signatures of run"),
        ('"""Run jobs one', '"""Run the jobs one', "stub and solution have different docstrings of run"),
        ("def run(jobs):", "def run_all(jobs):", "the solution has no run"),
        ("def run(jobs):", "def _run(jobs):", "the solution has no run"),
    ],
    ids=["same", "type", "parameter", "name", "async", "decorator", "docstring", "function", "hidden"],
)
def test_a_stub_and_its_solution(tiny: TinyCourse, stub: str, solution: str, problem: str | None) -> None:
    """Names, signatures and docstrings are the same in both; what differs is told by name."""
    assert stub in SOLUTION
    found = surfaces(tiny, STUB, SOLUTION.replace(stub, solution))
    assert found[:1] == ([] if problem is None else [problem])


def test_what_the_stub_lacks(tiny: TinyCourse) -> None:
    """A solution may have helpers of its own, but none that look as if the student had to write them."""
    helper = "\n\n    def {}():\n        return 1\n"
    assert surfaces(tiny, STUB, SOLUTION + helper.format("_helper")) == []
    assert surfaces(tiny, STUB, SOLUTION + helper.format("helper")) == [
        "the stub has no helper; what the student need not write begins with an underscore"
    ]


def test_classes(tiny: TinyCourse) -> None:
    """The methods of classes are compared as well, also how they are made, and none that are hidden."""
    todo = 'raise NotImplementedError("TODO 1")'
    stub = CLASS.format(init=todo, body=todo)
    assert surfaces(tiny, stub, CLASS.format(init="self._balance = balance", body="return 1")) == []
    solution = CLASS.format(init="pass", body="pass")
    changed = solution.replace("class Account:", "class Account(Base):").replace("self, balance", "self, amount")
    changed = changed.replace("@property\n", "@cached\n").replace("What is in it", "What it holds")
    assert surfaces(tiny, stub, changed.replace("_hidden", "_other")) == [
        "stub and solution have different signatures of Account",
        "stub and solution have different signatures of Account.__init__",
        "stub and solution have different signatures of Account.balance",
    ]


def test_files_that_are_missing_or_broken(tiny: TinyCourse) -> None:
    """A missing file is told elsewhere; one that Python doesn't understand, with its line."""
    exercise = tiny.add("adding", stub=None)
    assert list(surface_problems(tiny.course, exercise)) == []
    assert list(task_problems(tiny.course, exercise, frozenset({1}))) == []
    exercise = tiny.add("adding", stub="x = 1\ndef run(:", solution=None)
    (tiny.course.solutions_tree / exercise.file).unlink()
    assert list(surface_problems(tiny.course, exercise)) == [
        "adding/fundamentals: the stub is not valid Python in line 2: invalid syntax"
    ]


@pytest.mark.parametrize(
    ("changed", "problems"),
    [
        ({}, []),
        ({"readme": README.replace("2. **Take", "3. **Take")}, ["the stub has tasks 1, 2, README.md has 1, 3"]),
        ({"readme": README.replace("## Fundamentals", "## Basics")}, ["the stub has tasks 1, 2, README.md has none"]),
        ({"readme": None}, ["the stub has tasks 1, 2, README.md has none"]),
        ({"hints": HINTS.replace("### Task 2", "### Task 4")}, ["the stub has tasks 1, 2, HINTS.md has 1, 4"]),
        ({"hints": HINTS + "\n### Task 3\n"}, ["the stub has tasks 1, 2, HINTS.md has 1, 2, 3"]),
        (
            {"stub": STUB.replace("TODO 2", "TODO 3")},
            [
                "the stub has tasks 1, 3, README.md has 1, 2",
                "the stub has tasks 1, 3, HINTS.md has 1, 2",
                "the stub has tasks 1, 3, its suite has 1, 2",
            ],
        ),
        ({"solution": SOLUTION + "\n    # TODO: tidy up\n"}, ["the solution still has a TODO"]),
    ],
    ids=["same", "readme", "section", "no-readme", "hints", "more-hints", "stub", "todo"],
)
def test_the_numbers_of_the_tasks(tiny: TinyCourse, changed: dict[str, str | None], problems: list[str]) -> None:
    """One number runs through stub, README, HINTS and suite; where they differ, both are told."""
    exercise = tiny.add("adding", **changed)
    found = task_problems(tiny.course, exercise, frozenset({1, 2}))
    assert list(found) == [f"adding/fundamentals: {problem}" for problem in problems]


def test_the_tasks_of_the_suite(tiny: TinyCourse) -> None:
    """A check of a task that isn't in the stub is told, and a task without a check."""
    exercise = tiny.add("adding")
    assert list(task_problems(tiny.course, exercise, frozenset({1, 3}))) == [
        "adding/fundamentals: the stub has tasks 1, 2, its suite has 1, 3"
    ]


def test_no_file_too_many_and_none_too_few(tiny: TinyCourse) -> None:
    """Everything that belongs to an exercise may be there, and what tools leave behind."""
    tiny.add("adding")
    for name in ("exercises/.idea/x.xml", "tests/adding/__pycache__/x.pyc", "tests/reference.json", "tests/.DS_Store"):
        tiny.write(name, "")
    assert list(stray_problems(tiny.course)) == []


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("exercises/adding/other.py", "exercises/adding/other.py belongs to no exercise"),
        ("exercises/notes.txt", "exercises/notes.txt belongs to no exercise"),
        ("solutions/README.md", "solutions/README.md belongs to no exercise"),
        ("solutions/adding/http_api.py", "solutions/adding/http_api.py belongs to no exercise"),
        ("tests/adding/helpers.py", "tests/adding/helpers.py belongs to no exercise"),
        ("tests/adding/variants/other__x.py", "tests/adding/variants/other__x.py belongs to no exercise"),
        ("tests/adding/mistakes/fundamentals_x.py", "tests/adding/mistakes/fundamentals_x.py belongs to no exercise"),
        (
            "tests/adding/mistakes/fundamentals__x.txt",
            "tests/adding/mistakes/fundamentals__x.txt belongs to no exercise",
        ),
        ("tests/adding/others/fundamentals__x.py", "tests/adding/others/fundamentals__x.py belongs to no exercise"),
    ],
)
def test_strays(tiny: TinyCourse, path: str, problem: str) -> None:
    """A file that belongs to nobody is told, also one whose name only looks as if it belonged."""
    tiny.add("adding")
    tiny.write(path, "")
    assert list(stray_problems(tiny.course)) == [problem]


@pytest.mark.parametrize(
    "path",
    [
        "exercises/adding/fundamentals.py",
        "exercises/adding/README.md",
        "exercises/adding/HINTS.md",
        "solutions/adding/fundamentals.py",
    ],
)
def test_missing_files(tiny: TinyCourse, path: str) -> None:
    """A part of an exercise that is missing is told."""
    tiny.add("adding")
    tiny.write(path, None)
    assert list(stray_problems(tiny.course)) == [f"{path} is missing"]


def test_the_corpus(tiny: TinyCourse) -> None:
    """Stub, solution, variants and mistakes are found by their names, each with what it says of itself."""
    exercise = tiny.add("adding", slow=REVERSED.replace("fails: test_order", "fails: test_order , test_time"))
    entries = corpus(tiny.course, exercise)
    assert [entry.title for entry in entries] == [
        "stub", "solution", "variant for_loop", "mistake reversed", "mistake slow",
    ]  # fmt: skip
    assert [entry.label for entry in entries][2:] == ["variant-for_loop", "mistake-reversed", "mistake-slow"]
    assert entries[4].fails == {"test_order", "test_time"}
    assert entries[4].says == "another order than the jobs"


@pytest.mark.parametrize("text", ["", "def run(:", "\0", '"""fails: test_order"""', '"""says: something"""', "x = 1"])
def test_mistakes_that_say_nothing(tiny: TinyCourse, text: str) -> None:
    """A mistake that doesn't say both is kept as one that says nothing, for whoever verifies it to tell."""
    exercise = tiny.add("adding", slow=text)
    slow = corpus(tiny.course, exercise)[-1]
    assert not slow.fails or not slow.says
