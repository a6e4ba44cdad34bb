"""Mutation testing: many small mistakes, made by machine in programs that are right, for the checks to find."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from grader.course.mutating.equivalents import EQUIVALENTS
from grader.course.mutating.mutation import Mutation, mutation
from grader.course.mutating.printing import print_mutation

if TYPE_CHECKING:
    from grader.lab.exercises import Course, Exercise

__all__ = ["EQUIVALENTS", "Mutation", "mutation", "verify_mutants"]


def verify_mutants(course: Course, exercises: list[Exercise]) -> int:
    """Judge mutants of every solution and variant, and print what became of them.

    Returns:
        0 if a check fails each of them or it is recorded as equivalent, 1 if not, 3 if the grader could not judge.
    """
    console = Console(file=sys.stdout, highlight=False, soft_wrap=True)
    columns = (TextColumn("Judging mutants"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as shown:
        bar = shown.add_task("")
        found = mutation(course, exercises, lambda done, total: shown.update(bar, completed=done, total=total))
    print_mutation(found, console)
    if found.faults:
        return 3
    return 1 if found.unexplained or found.problems else 0
