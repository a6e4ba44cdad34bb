"""Printing the makespans of both clocks side by side: by check, by program, and in sum."""

from __future__ import annotations

import os
import textwrap
from collections import Counter
from typing import TYPE_CHECKING

from rich.text import Text

from grader.course.fidelity import PACE, SLOW_PACE, TOLERANCE, Comparison, Fidelity
from grader.course.matrix import print_fault
from grader.lab.safe import clean
from grader.lab.words import count

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rich.console import Console

WIDTH = 80
_NAMES = 44
_PROGRAMS = 29
_PERCENT = f"{100 * TOLERANCE:.0f} %"
_LARGEST = 999
_SMALLEST = -99


class FidelityTable:
    """Prints one exercise after another, and then the total.

    Attributes:
        faults: how often the grader itself failed.
        failed: how many runs should have come to an end and didn't.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._counts: Counter[str] = Counter()
        self.faults = 0
        self.failed = 0

    def print_exercise(self, found: Fidelity) -> None:
        """Print an exercise: its checks with all programs together, its programs, and in words what differs."""
        if found.comparisons:
            self._print_figures(found)
        for comparison in found.comparisons:
            self._count(comparison)
            for line in _words(comparison):
                self._print(line, _style(comparison))
        for fault in found.faults:
            self.faults += 1
            print_fault(fault, self._console)
        self._print("")

    def _print_figures(self, found: Fidelity) -> None:
        self._print(found.exercise.id.ljust(_NAMES) + " simulated       real  at once", "bold")
        checks = list(dict.fromkeys(comparison.check for comparison in found.comparisons))
        for number, check in enumerate(checks, 1):
            self._print(_check_line(number, check, [item for item in found.comparisons if item.check == check]))
        self._print(f"{'':{_PROGRAMS}}  all checks    longer on the real clock by, %", "bold")
        numbers = "".join(f"{number:>3} " for number in range(1, len(checks) + 1))
        self._print(f"{'':{_PROGRAMS}}   sim.  real {numbers}".rstrip(), "bold")
        for entry in dict.fromkeys(comparison.entry for comparison in found.comparisons):
            own = {item.check: item for item in found.comparisons if item.entry == entry}
            self._print(*_program_line(entry.name, [own.get(check) for check in checks]))

    def print_total(self) -> None:
        """Sum up, and say how to read it."""
        compared = self._counts["agrees"] + self._counts["differs"]
        agreement = f"{self._counts['agrees']} of {count(compared, 'makespan')} agree within {_PERCENT}."
        self._print(agreement, "bold green" if not self._counts["differs"] and not self.failed else "bold")
        peaks = f"The most in progress at once is the same in {self._counts['peak']}; where many begin or end at"
        self._paragraph(f"{peaks} the same instant, it is a matter of chance on the real clock.")
        if self.failed:
            self._paragraph(f"{count(self.failed, 'run')} did not come to an end.")
        if self._counts["elsewhere"]:
            self._paragraph(f"{count(self._counts['elsewhere'], 'scenario')} can't be performed on the real clock.")
        self._paragraph(
            f"Times are seconds of the program. On the real clock one took {1 / PACE:g} s; what differed by more than "
            f"{_PERCENT} was measured again, with {1 / SLOW_PACE:g} s, and the second figure counts."
        )
        busy = _busy()
        if busy:
            self._paragraph(busy)

    def _count(self, comparison: Comparison) -> None:
        if comparison.elsewhere:
            self._counts["elsewhere"] += 1
        elif comparison.simulated is None or comparison.real is None:
            self.failed += 1
        else:
            self._counts["agrees" if comparison.agrees else "differs"] += 1
            self._counts["peak"] += comparison.simulated.peak == comparison.real.peak

    def _paragraph(self, text: str) -> None:
        for line in textwrap.wrap(text, WIDTH):
            self._print(line)

    def _print(self, line: str, style: str = "") -> None:
        self._console.print(Text(line, style=style))


def _check_line(number: int, check: str, comparisons: list[Comparison]) -> str:
    simulated = [item.simulated for item in comparisons if item.simulated is not None]
    real = [item.real for item in comparisons if item.real is not None]
    name = f"  {number} {check}".ljust(_NAMES)
    times = [_range((item.seconds for item in found), "{:.2f}") for found in (simulated, real)]
    return f"{name}{times[0]:>10} {times[1]:>11} {_range((item.peak for item in real), '{}'):>7}".rstrip()


def _range(values: Iterable[float], form: str) -> str:
    """Write the least and the most of some figures."""
    found = sorted(values)
    shown = list(dict.fromkeys(form.format(value) for value in (found[:1] + found[-1:])))
    return "-".join(shown) or "none"


def _program_line(program: str, cells: list[Comparison | None]) -> tuple[str, str]:
    """Return the line of a program, and its style: the sums of what ran on both clocks, and a cell for each check."""
    pairs = [(cell.simulated, cell.real) for cell in cells if cell is not None]
    both = [
        (simulated.seconds, real.seconds) for simulated, real in pairs if simulated is not None and real is not None
    ]
    sums = f" {sum(pair[0] for pair in both):>6.1f} {sum(pair[1] for pair in both):>5.1f} "
    name = f"  {program}".ljust(_PROGRAMS)
    if len(name) > _PROGRAMS:
        name = f"{name}\n{'':{_PROGRAMS}}"
    wrong = any(cell is not None and not cell.agrees and not cell.elsewhere for cell in cells)
    return (name + sums + "".join(map(_cell, cells))).rstrip(), "yellow" if wrong else ""


def _cell(comparison: Comparison | None) -> str:
    """Write by how many hundredths the real makespan is longer: ``!`` behind it differs, ``-`` wasn't performed."""
    if comparison is None or comparison.elsewhere:
        return "  - "
    if comparison.difference is None:
        return "  ! "
    percent = min(_LARGEST, max(_SMALLEST, round(100 * comparison.difference)))
    return f"{percent:>3}{' ' if comparison.agrees else '!'}"


def _words(comparison: Comparison) -> Iterator[str]:
    """Yield lines about what doesn't agree."""
    where = f"{comparison.entry.title}, {comparison.check}"
    simulated, real = comparison.simulated, comparison.real
    if comparison.elsewhere:
        text = f"- {where}: not on this clock: {clean(comparison.elsewhere)}"
    elif comparison.agrees:
        return
    elif simulated is None or real is None:
        text = f"! {where}: not run: {clean(comparison.note)}"
    else:
        note = f": {clean(comparison.note)}" if comparison.note else ""
        text = f"! {where}: simulated {simulated.seconds:.2f} s, real {real.seconds:.2f} s{note}"
    yield from textwrap.wrap(text, WIDTH, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False)


def _style(comparison: Comparison) -> str:
    return "" if comparison.elsewhere else "yellow"


def _busy() -> str:
    """Say so if more programs wanted a processor in the last minute than there are."""
    if not hasattr(os, "getloadavg"):
        return ""
    load, processors = os.getloadavg()[0], os.cpu_count() or 1
    if load <= processors:
        return ""
    return (
        f"The machine was busy: {load:.1f} programs wanted its {count(processors, 'processor')} in the last minute, "
        "which makes real times longer."
    )
