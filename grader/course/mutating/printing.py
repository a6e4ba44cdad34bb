"""Printing what became of the mutants: numbers, and each survivor with what was changed."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rich.text import Text

from grader.lab.safe import clean, clean_lines
from grader.lab.words import count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from grader.course.mutating.judging import Trial
    from grader.course.mutating.mutation import Mutation, Survivor
    from grader.lab.exercises import Exercise

_WORDS = 1_000
_FAULT_LINES = 8
_DIFF_LINES = 40


def print_mutation(found: Mutation, console: Console) -> None:
    """Print the numbers for each exercise and operator, every survivor, and every problem in words."""
    for exercise, trials in found.trials.items():
        _print_numbers(exercise, trials, console)
    for survivor in found.survivors:
        for line in _survivor_lines(survivor):
            console.print(Text(line, style="dim" if survivor.reason else "red"))
        console.print()
    for problem in found.problems:
        console.print(Text(f"! {clean(problem, _WORDS)}", style="red"))
    for fault in found.faults:
        first, *others = fault.splitlines() or [""]
        for line in [f"! the grader: {clean(first, _WORDS)}", *clean_lines("\n".join(others), _FAULT_LINES)]:
            console.print(Text(line, style="magenta"))
    console.print(Text(_total(found), style="bold red" if _wrong(found) else "bold green"))


def _print_numbers(exercise: Exercise, trials: list[Trial], console: Console) -> None:
    names = list(dict.fromkeys(trial.mutant.operator.name for trial in trials))
    made = Counter(trial.mutant.operator.name for trial in trials)
    fates = Counter((trial.mutant.operator.name, trial.fate) for trial in trials)
    width = max(map(len, names), default=0)
    console.print(Text(f"{exercise.id}: made, killed, survived", style="bold"))
    for name in names:
        numbers = (made[name], fates[name, "killed"], fates[name, "survived"])
        row = "".join(f"{number:>6}" for number in numbers)
        console.print(Text(f"  {name:<{width}}{row}", style="bold" if fates[name, "survived"] else ""))
    console.print()


def _survivor_lines(survivor: Survivor) -> Iterator[str]:
    entry, mutant = survivor.trial.entry, survivor.trial.mutant
    said = f"equivalent: {survivor.reason}" if survivor.reason else mutant.operator.description
    where = f"{entry.exercise.id} {entry.title}, line {mutant.line}"
    yield clean(f"{'=' if survivor.reason else '!'} {where}: {mutant.operator.name}. {said}", _WORDS)
    yield from (f"    {clean(line, _WORDS)}" for line in mutant.diff[:_DIFF_LINES])
    if not survivor.reason:
        yield "  No check fails it. Write one, or say why it is right:"
        yield from (f"    {clean(line, _WORDS)}" for line in survivor.record)


def _wrong(found: Mutation) -> bool:
    return bool(found.unexplained or found.problems or found.faults)


def _total(found: Mutation) -> str:
    fates = Counter(trial.fate for trials in found.trials.values() for trial in trials)
    problems = len(found.problems) + len(found.faults)
    parts = [
        f"{count(fates.total(), 'mutant')}: {fates['killed']} killed",
        f"{len(found.survivors) - len(found.unexplained)} equivalent",
        count(len(found.unexplained), "survivor"),
        count(problems, "problem") if problems else "no problem",
    ]
    return ", ".join(parts)
