"""Flags on a terminal, for instructors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.lab.safe import clean
from grader.report.block import BAR

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.grading import Flag, Report
    from grader.report.screen import Screen


def print_flags(screen: Screen, report: Report) -> None:
    """Print all flags of a report, if somebody asked for them."""
    if report.flags is None:
        return
    screen.wrapped("Flags: facts for instructors, no verdicts; no points depend on them (docs/trust.md).", "bold")
    groups = [(exercise.id, exercise.flags or []) for exercise in report.exercises]
    lines = [line for name, flags in [*groups, ("the submission", report.flags)] for line in _lines(name, flags)]
    for line in lines or ["none"]:
        screen.wrapped(line, first=BAR, rest=f"{BAR}  ")


def _lines(name: str, flags: Iterable[Flag]) -> Iterable[str]:
    for flag in flags:
        where = f", line {flag.line}" if flag.line else f", {clean(flag.check)}" if flag.check else ""
        what = f": {clean(flag.what)}" if flag.what else ""
        yield f"{name}{where}: {flag.kind}{what}"
