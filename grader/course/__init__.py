"""Certifying the course, bundling it for other systems, and measuring the grader."""

from __future__ import annotations

import itertools
import sys
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from grader.course.bench import bench
from grader.course.bundling import BUNDLES
from grader.course.fidelity import compare_clocks
from grader.course.fidelity_table import FidelityTable
from grader.course.matrix import print_fault, print_matrix
from grader.course.mutating import verify_mutants
from grader.course.repeating import Repeated, judge_repeatedly
from grader.course.verifying import Verification, verification
from grader.lab.safe import clean
from grader.lab.words import count
from grader.report.screen import Screen

if TYPE_CHECKING:
    from grader.lab.exercises import Course, Exercise
    from grader.lab.plugin import Judgement

_WORDS = 1_000

__all__ = ["BUNDLES", "Verification", "bench", "compare", "repeat", "verification", "verify", "verify_mutants"]


def verify(course: Course, exercises: list[Exercise], *, record: bool = False) -> int:
    """Judge every stub, solution, variant and mistake, and print the matrix.

    Returns:
        0 if everything is as it must be, 1 if not, 3 if the grader itself could not judge.
    """
    console = Console(file=sys.stdout, highlight=False, soft_wrap=True)
    screen = Screen(sys.stdout)
    told = itertools.count(1)

    def on_judgement(judgement: Judgement) -> None:
        screen.working(f"{count(next(told), 'verdict')} so far: {judgement.play.submission.exercise.id} …")

    try:
        verified = verification(course, exercises, record=record, on_judgement=on_judgement)
    finally:
        screen.idle()
    print_matrix(verified, console)
    if verified.faults:
        return 3
    return 1 if verified.problems else 0


def compare(course: Course, exercises: list[Exercise]) -> int:
    """Run every solution and variant on the real clock as well, and print how long they take on both.

    Returns:
        0 however much they differ; 1 if one could not be run to its end, 3 if the grader itself failed.
    """
    table = FidelityTable(Console(file=sys.stdout, highlight=False, soft_wrap=True))
    screen = Screen(sys.stdout)
    try:
        for found in compare_clocks(course, exercises, lambda text: screen.working(f"{text} …")):
            screen.idle()
            table.print_exercise(found)
    finally:
        screen.idle()
    table.print_total()
    if table.faults:
        return 3
    return 1 if table.failed else 0


def repeat(course: Course, exercises: list[Exercise], times: int) -> int:
    """Judge a stub, a solution, a variant and a mistake of each exercise many times over, and print what differs.

    Returns:
        0 if all was the same each time, 1 if not, 3 if the grader itself could not judge.
    """
    console = Console(file=sys.stdout, highlight=False, soft_wrap=True)
    shown = 0

    def told(repeated: Repeated) -> None:
        nonlocal shown
        for difference in repeated.differences[shown:]:
            console.print(Text(f"! {clean(difference, _WORDS)}", style="red"))
        shown = len(repeated.differences)
        console.print(Text(f"{repeated.times} of {times}: {count(shown, 'difference')}", style="dim"))

    repeated = judge_repeatedly(course, exercises, times, told)
    for fault in repeated.faults:
        print_fault(fault, console)
    what = f"{count(repeated.programs, 'program')}, {count(repeated.checks, 'verdict')}"
    how_often = f"{count(repeated.times, 'time')}, {repeated.busy} of these on a machine kept busy"
    style = "bold red" if repeated.differences or repeated.faults else "bold green"
    console.print(Text(f"{what}, {how_often}: {count(shown, 'difference')}", style=style))
    if repeated.faults:
        return 3
    return 1 if repeated.differences else 0
