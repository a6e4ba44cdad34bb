"""Printing what verifying found: a matrix of entries by checks, and every problem in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from rich.text import Text

from grader.course.corpus import Kind
from grader.lab.safe import clean, clean_lines
from grader.lab.words import count

if TYPE_CHECKING:
    from rich.console import Console

    from grader.course.verifying import Row, Verification
    from grader.lab.exercises import Exercise

_WORDS = 1_000
_FAULT_LINES = 8
_KINDS: tuple[Kind, ...] = get_args(Kind)


def print_matrix(verified: Verification, console: Console) -> None:
    """Print the matrix: ``.`` passed, ``x`` failed as it must, ``-`` skipped, ``!`` anything else."""
    for exercise, rows in verified.rows.items():
        _print_exercise(exercise, rows, console)
    for problem in verified.problems:
        console.print(Text(f"! {clean(problem, _WORDS)}", style="red"))
    for fault in verified.faults:
        print_fault(fault, console)
    kinds = [row.entry.kind for rows in verified.rows.values() for row in rows]
    entries = ", ".join(count(kinds.count(kind), kind) for kind in _KINDS)
    number = len(verified.problems) + len(verified.faults)
    problems = count(number, "problem") if number else "no problem"
    total = f"{entries}: {count(verified.verdicts, 'verdict')}, {problems}"
    console.print(Text(total, style="bold red" if number else "bold green"))


def print_fault(fault: str, console: Console) -> None:
    """Print what went wrong in the grader itself."""
    first, *others = fault.splitlines() or [""]
    # Of a traceback the end says most.
    for line in [f"! the grader: {clean(first, _WORDS)}", *clean_lines("\n".join(others), _FAULT_LINES)]:
        console.print(Text(line, style="magenta"))


def _print_exercise(exercise: Exercise, rows: list[Row], console: Console) -> None:
    names = list(dict.fromkeys(name for row in rows for name in row.judgements))
    console.print(Text(exercise.id, style="bold"))
    for number, name in enumerate(names, 1):
        console.print(Text(f"  {number} {name}"))
    width = max((len(row.entry.title) for row in rows), default=0)
    for row in rows:
        # As wide as the number of the column.
        cells = " ".join(f"{_cell(row, name):<{len(str(number))}}" for number, name in enumerate(names, 1))
        style = "red" if row.problems or row.faults else ""
        console.print(Text(f"  {row.entry.title:<{width}}  {cells}".rstrip(), style=style))
    console.print()


def _cell(row: Row, name: str) -> str:
    judgement = row.judgements.get(name)
    verdict = judgement.verdict if judgement is not None else "missing"
    must_fail = row.entry.kind == "stub" or name in row.entry.fails
    if verdict == "skip" and name not in row.entry.fails:
        return "-"
    if verdict == "pass" and not must_fail:
        return "."
    return "x" if verdict == "fail" and must_fail else "!"
