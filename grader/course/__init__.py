"""Certifying the course, bundling it for other systems, and measuring the grader."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rich.console import Console

from grader.course.bench import bench
from grader.course.bundling import BUNDLES
from grader.course.fidelity import compare_clocks
from grader.course.fidelity_table import FidelityTable
from grader.course.matrix import print_matrix
from grader.course.mutating import verify_mutants
from grader.course.verifying import Verification, verification

if TYPE_CHECKING:
    from grader.lab.exercises import Course, Exercise

__all__ = ["BUNDLES", "Verification", "bench", "compare", "verification", "verify", "verify_mutants"]


def verify(course: Course, exercises: list[Exercise], *, record: bool = False) -> int:
    """Judge every stub, solution, variant and mistake, and print the matrix.

    Returns:
        0 if everything is as it must be, 1 if not, 3 if the grader itself could not judge.
    """
    console = Console(file=sys.stdout, highlight=False, soft_wrap=True)
    verified = verification(course, exercises, record=record)
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
    for found in compare_clocks(course, exercises):
        table.print_exercise(found)
    table.print_total()
    if table.faults:
        return 3
    return 1 if table.failed else 0
