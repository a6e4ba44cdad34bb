"""A small course, and a theatre in which gradings of it go wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from grader.lab.exercises import Course
from grader.tests.faults.injector import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[3]
TWO_CHECKS = '''
"""A suite."""

from grader.lab import call, check, expect, jobs


@check("One result", task=1, points=6, scenario=call("run", jobs(1, seconds=1)))
def test_result(seen):
    expect.results(seen)


@check("It comes to its end", task=2, points=4, scenario=call("fail"))
def test_end(seen):
    expect.returned(seen)
'''
ONE_CHECK = '''
"""A suite."""

from grader.lab import call, check, expect, jobs


@check("One result", task=1, points=10, scenario=call("run", jobs(1, seconds=1)))
def test_one(seen):
    expect.results(seen)
'''
PROGRAM = """
def run(jobs):
    return [job() for job in jobs]


def fail():
    raise ValueError
"""
WITH_LIBRARY = f"import requests\n{PROGRAM}"
VERDICTS = {
    "concurrency/fundamentals": {"test_result": "pass", "test_end": "fail"},
    "concurrency/http_api": {"test_one": "pass"},
}


def make_course(root: Path) -> Course:
    """Make a course of two exercises, with a submission that passes two checks of three; one needs libraries."""
    for name, suite, program in (("fundamentals", TWO_CHECKS, PROGRAM), ("http_api", ONE_CHECK, WITH_LIBRARY)):
        for folder, file, text in (("tests", f"test_{name}.py", suite), ("exercises", f"{name}.py", program)):
            place = root / folder / "concurrency"
            place.mkdir(parents=True, exist_ok=True)
            (place / file).write_text(text, encoding="utf-8")
    return Course(root)


@dataclass(frozen=True)
class Played:
    """How a grading went.

    Attributes:
        code: its exit code, or the negative number of the signal that ended it.
        out: what it printed.
        err: what it printed to standard error.
        left: what is left in the folder for temporary files when no process of it is left.
        kept: the files in the folder for reports, with their text.
        hung: whether its processes had to be ended after a minute.
        counts: how many points it came by.
        struck: how often the fault happened.
    """

    code: int
    out: str
    err: str
    left: list[str]
    kept: dict[str, str]
    hung: bool
    counts: dict[str, int]
    struck: int

    @property
    def verdicts(self) -> dict[str, dict[str, str]]:
        """The verdicts of its report; empty if there is none."""
        return {exercise["id"]: verdicts_of(exercise) for exercise in self.report.get("exercises", [])}

    @property
    def report(self) -> dict[str, Any]:
        """Its report; empty if there is none."""
        text = self.kept.get("report.json")
        return {} if text is None else dict(json.loads(text))

    @property
    def shown(self) -> set[str]:
        """The exercises whose results it printed."""
        return {exercise for exercise in VERDICTS if any(line.startswith(exercise) for line in self.out.splitlines())}


def verdicts_of(exercise: dict[str, Any]) -> dict[str, str]:
    """Return the verdicts of an exercise in a report."""
    return {check["id"]: check["verdict"] for check in exercise["checks"]}


class Theatre:
    """Stages one grading after another."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.points = self.play().counts
        """How many points of each kind an undisturbed grading comes by."""

    def play(self, at: str = "judge", point: int = 0, does: tuple[str, ...] = (), *, every: bool = False) -> Played:
        """Stage a grading with a fault in it; the attributes of `Fault` explain the arguments."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        order = {"fault": asdict(Fault(at, point, does, every)), "arguments": ["--seed", "1"]}
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return Played(**json.loads(self._process.stdout.readline()))

    def at_every_point(self, at: str, *does: str, every: bool = False, step: int = 1) -> Iterator[tuple[int, Played]]:
        """Stage a grading for each point of a kind, or for each `step`-th: the fault happens there."""
        assert self.points[at] > 0
        for point in range(1, self.points[at] + 1, step):
            played = self.play(at, point, does, every=every)
            assert played.struck, f"{at} {point}: the fault did not happen"
            assert not played.hung, f"{at} {point}: something ran on"
            assert played.left == [], f"{at} {point}: something was left"
            yield point, played


@pytest.fixture(scope="session")
def theatre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Theatre]:
    """The theatre, with everything loaded."""
    if sys.platform != "linux":
        pytest.skip("only Linux lets a process adopt what others leave, so elsewhere nobody knows when all are gone")
    with running(make_course(tmp_path_factory.mktemp("course")).root) as process:
        yield Theatre(process)


@contextmanager
def running(course: Path) -> Iterator[subprocess.Popen[str]]:
    """Run the theatre's process."""
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "grader.tests.faults.theatre", str(course)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait() == 0
