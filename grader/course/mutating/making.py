"""Making mutants: copies of a program that each have one mistake."""

from __future__ import annotations

import ast
import difflib
import re
import warnings
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from grader.course.mutating.operators import OPERATORS
from grader.course.mutating.program import Program, edited

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.course.mutating.operator import Operator

_UNSTABLE = re.compile(r"""[\s'"()\\]""")
"""What the same program may have more or fewer of when another version of Python writes it down."""


@dataclass(frozen=True)
class Fingerprint:
    """What tells a mutant from the others of its file, and stays the same while the rest of the file changes.

    Attributes:
        operator: name of the operator that made it.
        function: dotted name of the function that was changed; empty outside of all.
        change: the lines that went (``- ...``) and came (``+ ...``), without their indentation.
        occurrence: 1 for the first mutant of the file of which all this is true, 2 for the second.
    """

    operator: str
    function: str
    change: tuple[str, ...]
    occurrence: int = 1

    @property
    def key(self) -> tuple[object, ...]:
        """The same, whichever version of Python wrote the lines down."""
        return (self.operator, self.function, stable(self.change), self.occurrence)


@dataclass(frozen=True)
class Mutant:
    """A program with one mistake.

    Attributes:
        operator: what made it.
        line: where it was changed, in the original file.
        source: its text.
        original: the text of the program that it was made of, written in the same way.
        fingerprint: what it is known by.
    """

    operator: Operator
    line: int
    source: str = field(repr=False)
    original: str = field(repr=False)
    fingerprint: Fingerprint

    @property
    def diff(self) -> list[str]:
        """The lines that differ, each with a line before and after it; few of them: indentation may change."""
        before, after = self.original.splitlines(), self.source.splitlines()
        lines: list[str] = []
        for group in _matcher(before, after).get_grouped_opcodes(1):
            lines += ["..."] * bool(lines)
            for kind, first, last, other_first, other_last in group:
                if kind == "equal":
                    lines += [f"  {line}" for line in after[other_first:other_last]]
                else:
                    lines += [f"- {line}" for line in before[first:last]]
                    lines += [f"+ {line}" for line in after[other_first:other_last]]
        return [line.rstrip() for line in lines]


def stable(change: Sequence[str]) -> tuple[str, ...]:
    """Return changed lines without what differs between versions of Python."""
    return tuple(_UNSTABLE.sub("", line) for line in change)


def mutants(source: str, operators: Sequence[Operator] = OPERATORS) -> list[Mutant]:
    """Make every mutant of a program that can be compiled and is neither the program itself nor another mutant.

    Raises:
        SyntaxError: the program is no Python.
    """
    program = Program(source)
    original = ast.unparse(program.tree)
    seen = {original}
    counted: Counter[tuple[object, ...]] = Counter()
    found = []
    for line, operator, function, text in _texts(program, operators):
        if text in seen or not _compiles(text):
            continue
        seen.add(text)
        change = _change(original, text)
        counted[same := (operator.name, function, stable(change))] += 1
        fingerprint = Fingerprint(operator.name, function, change, counted[same])
        found.append(Mutant(operator, line, text, original, fingerprint))
    return found


def _texts(program: Program, operators: Sequence[Operator]) -> Iterator[tuple[int, Operator, str, str]]:
    for operator in operators:
        for edit in operator.find(program):
            text = ast.unparse(edited(program, edit))
            yield getattr(edit.at, "lineno", 1), operator, program.where(edit.at), text


def _change(original: str, text: str) -> tuple[str, ...]:
    before, after = original.splitlines(), text.splitlines()
    changed: list[str] = []
    for kind, first, last, other_first, other_last in _matcher(before, after).get_opcodes():
        if kind != "equal":
            changed += [f"- {line.strip()}" for line in before[first:last]]
            changed += [f"+ {line.strip()}" for line in after[other_first:other_last]]
    return tuple(changed)


def _matcher(before: list[str], after: list[str]) -> difflib.SequenceMatcher[str]:
    """Compare without indentation, unless that is all that differs."""
    stripped, other = ([line.strip() for line in lines] for lines in (before, after))
    if stripped == other:
        stripped, other = before, after
    return difflib.SequenceMatcher(None, stripped, other, autojunk=False)


def _compiles(text: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, "mutant", "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return False
    return True
