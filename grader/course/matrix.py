"""Printing what verifying found: a matrix of entries by checks, and every problem in words."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from grader.course.verifying import Row, Verification
from grader.lab.exercises import Exercise
from grader.lab.words import count
from grader.report.safe import clean

_NAME_WIDTH = 44
_WORDS = 1_000


def print_matrix(verified: Verification, console: Console) -> None:
    """Print the matrix: ``.`` passed, ``x`` failed as it must, ``!`` anything else."""
    for exercise, rows in verified.rows.items():
        _print_exercise(exercise, rows, console)
    for problem in verified.problems:
        console.print(Text(f"! {clean(problem, _WORDS)}", style="red"))
    for fault in verified.faults:
        console.print(Text(f"! the grader: {clean(fault, _WORDS)}", style="magenta"))
    kinds = [row.entry.kind for rows in verified.rows.values() for row in rows]
    told = ", ".join(
        count(kinds.count(kind), name)
        for kind, name in (("stub", "stub"), ("solution", "solution"), ("variant", "variant"), ("mistake", "mistake"))
    )
    problems = len(verified.problems) + len(verified.faults)
    console.print(
        Text(
            f"{told}: {count(verified.verdicts, 'verdict')}, {count(problems, 'problem') if problems else 'no problem'}",
            style="bold red" if problems else "bold green",
        )
    )


def _print_exercise(exercise: Exercise, rows: list[Row], console: Console) -> None:
    names = list(dict.fromkeys(name for row in rows for name in row.judgements))
    console.print(Text(exercise.id, style="bold"))
    for number, name in enumerate(names, 1):
        console.print(Text(f"  {number} {name}"))
    for row in rows:
        entry = row.entry
        label = entry.name if entry.kind in {"stub", "solution"} else f"{entry.kind} {entry.name}"
        cells = " ".join(_cell(row, name) for name in names)
        console.print(Text(f"  {label:<{_NAME_WIDTH}} {cells}", style="red" if row.problems else ""))
    console.print()


def _cell(row: Row, name: str) -> str:
    judgement = row.judgements.get(name)
    verdict = judgement.verdict if judgement is not None else "missing"
    must_fail = row.entry.kind == "stub" or name in row.entry.fails
    if verdict == "pass" and not must_fail:
        return "."
    return "x" if verdict == "fail" and must_fail else "!"
