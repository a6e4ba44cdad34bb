"""The lines of a submission that a failure is about, with those around them, and what each of them cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.lab.words import duration, times
from grader.report.html._markup import Markup, element, join, text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.grading import Run
    from grader.lab import FailureData
    from grader.lab.costs import Cost
    from grader.lab.failure import LineNote

_AROUND = 2
_LINES = 30
_LETTERS = 160
_DEAREST = 3


def excerpt(failure: FailureData, run: Run, file: str) -> Markup:
    """Show the lines that a failure names, and the dearest ones; nothing where there is no such line.

    Args:
        failure: what is told.
        run: holds the source and what its lines cost.
        file: its name.
    """
    if not failure.lines and not failure.steps:
        return join()
    if not run.source:
        return _listed(failure.lines)
    notes: dict[int, list[str]] = {}
    for note in failure.lines:
        notes.setdefault(note.line, []).append(note.note)
    marked = {line for line in [*notes, *(step.line for step in failure.steps)] if 0 < line <= len(run.source)}
    dearest = sorted(run.costs, key=lambda line: (-run.costs[line].seconds, line))[:_DEAREST]
    shown = _trimmed(_around(sorted(marked | set(dearest)), len(run.source)), run.source)
    if not shown:
        return _listed(failure.lines)
    costs = {line: run.costs[line] for line in shown if line in run.costs}
    nowhere = [note for note in failure.lines if note.line not in shown]
    return join(_table(file, shown, run.source, marked, notes, costs), _listed(nowhere))


def _table(  # noqa: PLR0913, PLR0917 - each is a column, or what marks a row
    file: str,
    shown: Sequence[int],
    source: Sequence[str],
    marked: set[int],
    notes: Mapping[int, Sequence[str]],
    costs: Mapping[int, Cost],
) -> Markup:
    """Draw the table.

    Args:
        file: whose lines they are.
        shown: numbers of the lines that are shown, in order.
        source: all lines of the file.
        marked: which of those shown the failure is about.
        notes: what it says of them.
        costs: what lines cost.
    """
    heads = [element("th", "Line", scope="col"), element("th", "Your code", scope="col")]
    heads += [element("th", "Time", scope="col", title="Simulated time spent waiting in this line")] if costs else []
    margin = _margin([source[line - 1] for line in shown])
    dearest = max((cost.seconds for cost in costs.values()), default=0.0)
    rows = []
    before = shown[0] - 1
    for line in shown:
        if line > before + 1:
            rows.append(element("tr", element("td", "⋮", colspan=len(heads)), class_="gap"))
        before = line
        cells = [
            element("th", str(line), scope="row"),
            element("td", element("code", text(source[line - 1][margin:].rstrip(), _LETTERS))),
        ]
        cells += [element("td", _cost(costs.get(line), dearest))] if costs else []
        rows.append(element("tr", *cells, class_="marked" if line in marked else None))
        for note in dict.fromkeys(notes.get(line, ())):
            if note:
                told = element("td", element("span", "↑ ", aria_hidden="true"), note, colspan=len(heads) - 1)
                rows.append(element("tr", element("td"), told, class_="note"))
    caption = element("caption", file)
    return element("table", caption, element("thead", element("tr", *heads)), element("tbody", *rows), class_="code")


def _cost(cost: Cost | None, dearest: float) -> Markup:
    """Write what a line cost, with a bar that compares it with the dearest."""
    if cost is None:
        return join()
    share = max(2.0, cost.seconds / dearest * 100) if dearest > 0 else 0.0
    bar = element(
        "svg",
        element("rect", width=f"{share:.0f}%", height=3),
        width="100%",
        height=3,
        aria_hidden="true",
        class_="bar",
    )
    often = element("small", times(cost.times)) if cost.times > 1 else ""
    return join(element("span", duration(cost.seconds)), " ", often, bar)


def _listed(notes: Sequence[LineNote]) -> Markup:
    """Show lines without those around them."""
    items = [
        element(
            "li",
            element("b", f"line {note.line}" if note.line else "line"),
            " ",
            element("code", note.source),
            " ",
            note.note,
        )
        for note in notes
    ]
    return element("ul", *items, class_="lines") if items else join()


def _around(lines: Sequence[int], last: int) -> list[int]:
    """Return the lines and those around them, in order; not many."""
    shown: set[int] = set()
    for line in lines:
        block = range(max(1, line - _AROUND), min(last, line + _AROUND) + 1)
        if len(shown.union(block)) > _LINES:
            break
        shown.update(block)
    # A gap of one line isn't worth its mark.
    shown |= {line + 1 for line in shown if line + 2 in shown}
    return sorted(shown)


def _trimmed(lines: Sequence[int], source: Sequence[str]) -> list[int]:
    """Leave out empty lines before and behind a gap."""
    return [line for line in lines if source[line - 1].strip() or (line - 1 in lines and line + 1 in lines)]


def _margin(lines: Sequence[str]) -> int:
    """Return how far all of these lines are indented, but for empty ones."""
    return min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
