"""Measuring the grader: ratios taken in one run, because machines differ and are noisy. It judges nothing."""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from grader.grading import Grading, Session, WorkerPlayer, grade, judge
from grader.lab.in_process import InProcessPlayer
from grader.lab.playing import Play, Submission
from grader.report import Commands, ReportFolder
from grader.simulation.exploration import benchmark as schedules_per_second

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.grading.isolation import Level
    from grader.lab.exercises import Course, Exercise
    from grader.lab.plugin import Judgement
    from grader.lab.seen import Seen

_ROUNDS = 5
_FEW = 2
_LIBRARIES = "aiohttp, aioresponses, msgspec, pytest, requests, responses, rich"


@dataclass(frozen=True)
class _Figures:
    """Seconds of one round: whole processes, started from nothing."""

    floor: float
    started: float
    graded: float
    in_process: float


class _WatchingPlayer(InProcessPlayer):
    """Notes how much simulated and how much real time plays take that run once, in the simulation."""

    def __init__(self) -> None:
        super().__init__()
        self.simulated = 0.0
        self.real = 0.0

    def result(self, play: Play) -> Seen:
        began = time.perf_counter()
        seen = super().result(play)
        scenario = play.check.scenario
        if scenario.exploring is None and scenario.processes is None:
            self.real += time.perf_counter() - began
            self.simulated += seen.seconds
        return seen


def bench(course: Course) -> int:
    """Measure with the reference solutions, and print the figures.

    Returns:
        0; figures are no verdicts.
    """
    console = Console(file=sys.stdout, highlight=False)
    rounds = [_round(course) for _ in range(_ROUNDS)]
    checks, memory = _count(course)
    watching = _WatchingPlayer()
    _judge(course, watching)
    writing, size = _written(course)
    ratio = _median([item.graded / item.in_process for item in rounds])
    per_check = _median([(item.graded - item.started) / (checks - 1) for item in rounds])
    table = Table(title=f"Grading {checks} checks of the reference solutions, median of {_ROUNDS} rounds")
    table.add_column("figure")
    table.add_column("value", justify="right")
    for name, value in (
        ("a worker per check, to plain pytest --in-process", f"{ratio:.2f} times"),
        ("  grade", f"{_median([item.graded for item in rounds]):.2f} s"),
        ("  the same suites by plain pytest in one process", f"{_median([item.in_process for item in rounds]):.2f} s"),
        ("  a fresh interpreter with the same imports", f"{_median([item.floor for item in rounds]):.2f} s"),
        ("  grade, a single check: start-up and one worker", f"{_median([item.started for item in rounds]):.2f} s"),
        ("  each further check, on top of start-up", f"{per_check * 1000:.1f} ms"),
        ("writing all that --out and --traces ask for, processor time", f"{writing:.2f} s"),
        ("  the page of it", f"{size / 1e6:.2f} MB"),
        ("simulated seconds waited per real second", f"{watching.simulated / watching.real:.0f}"),
        ("schedules explored per second", f"{schedules_per_second():.0f}"),
        ("most memory of a worker", f"{memory / 1e6:.0f} MB"),
        ("confined, to not confined, in processor time", f"{_confining(course):.2f} times"),
    ):
        table.add_row(name, value)
    console.print(table)
    return 0


def _round(course: Course) -> _Figures:
    suites = [str(course.tests / exercise.suite) for exercise in course.exercises()]
    tree = str(course.solutions_tree)
    first = course.exercises()[0]
    name = re.search(r"^def (test_\w+)", (course.tests / first.suite).read_text(encoding="utf-8"), re.MULTILINE)
    assert name is not None  # noqa: S101 - a suite without a check is none
    grade = ["-m", "grader", "grade", "--submission", tree]
    return _Figures(
        floor=_timed(["-c", f"import {_LIBRARIES}"], course.root),
        started=_timed([*grade, first.id, "--check", name[1]], course.root),
        graded=_timed(grade, course.root),
        in_process=_timed(["-m", "pytest", "-q", "--submission", tree, *suites], course.root),
    )


def _timed(arguments: list[str], folder: Path) -> float:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    began = time.perf_counter()
    subprocess.run(  # noqa: S603 - our own interpreter and our own commands
        [sys.executable, *arguments], cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL
    )
    return time.perf_counter() - began


def _count(course: Course) -> tuple[int, int]:
    """Return the number of checks, and the most memory of any worker in bytes."""
    player = WorkerPlayer()
    judgements = _judge(course, player)
    return len(judgements), player.most_memory


def _written(course: Course) -> tuple[float, int]:
    """Return the processor time that it takes to write a report's files, and the size of its page in bytes."""
    with tempfile.TemporaryDirectory(prefix="grader-") as place:
        folder = ReportFolder(Path(place), Commands(), traces=True)
        report = grade(Grading(course, course.exercises(), course.solutions_tree, seed=1), runs=folder.runs)
        began = time.process_time()
        folder.write(report)
        return time.process_time() - began, (folder.path / "report.html").stat().st_size


def _judge(
    course: Course, player: InProcessPlayer | WorkerPlayer, exercises: Sequence[Exercise] = ()
) -> list[Judgement]:
    """Judge the reference solutions of some exercises, by default of all."""
    tree = course.solutions_tree
    submissions = {
        exercise: [Submission(exercise, tree / exercise.file)] for exercise in exercises or course.exercises()
    }
    return judge(Session(course=course, submissions=submissions, seed=1, player=player)).judgements


def _confining(course: Course) -> float:
    """Return how much more processor time it takes to grade with Landlock than without, where there is Landlock."""
    levels: tuple[Level, ...] = ("landlock", "processes")
    spent: dict[str, list[float]] = {level: [] for level in levels}
    for _ in range(_ROUNDS):
        for level in levels:
            began = os.times()
            _judge(course, WorkerPlayer(wanted=level), course.exercises()[:_FEW])
            spent[level].append(sum(os.times()[:4]) - sum(began[:4]))
    with_it, without = (_median(spent[level]) for level in levels)
    return with_it / without


def _median(values: list[float]) -> float:
    return statistics.median(values)
