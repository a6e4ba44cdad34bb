"""Certifying the course, and measuring the grader."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rich.console import Console

from grader.course.bench import bench
from grader.course.matrix import print_matrix
from grader.course.mutating import verify_mutants
from grader.course.verifying import Verification, verification

if TYPE_CHECKING:
    from grader.lab.exercises import Course, Exercise

__all__ = ["Verification", "bench", "verification", "verify", "verify_mutants"]


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
