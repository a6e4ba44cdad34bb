"""One failure as a block of lines: a bar before each of them shows how far the submission's own words can reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.lab.wording import failure_parts

if TYPE_CHECKING:
    from grader.lab import FailureData
    from grader.lab.wording import Part
    from grader.report.screen import Screen

BAR = "    │ "
"""Every line that may hold text from a submission begins with it, so none of them can pass for a result."""

_LABEL_WIDTH = 10
_QUOTE = "> "
_FACTS = frozenset({"verdict", "called", "observed", "expected"})
_STYLES = {"verdict": "bold", "timeline": "cyan", "printed": "dim", "question": "italic"}


def print_failure(
    screen: Screen, failure: FailureData, *, measured: str = "", closing: str = "", reference: float | None = None
) -> None:
    """Print a failure in the order in which it is told.

    Args:
        screen: where.
        failure: what.
        measured: figures to be shown after what was expected; empty for none.
        closing: a last line; empty for none.
        reference: simulated seconds that the reference solution takes, if they are worth a line of the timeline.
    """
    room = screen.width - len(BAR)
    parts = failure_parts(failure, unicode=screen.unicode, width=room, reference=reference)
    for part in parts:
        if part.kind in _FACTS:
            _print_part(screen, part)
    if measured:
        _print_labelled(screen, "measured", measured)
    for part in parts:
        if part.kind not in _FACTS:
            _print_part(screen, part)
    if closing:
        screen.wrapped(closing, first=BAR, rest=BAR)


def _print_part(screen: Screen, part: Part) -> None:
    style = _STYLES.get(part.kind, "")
    if part.kind in {"verdict", "question"}:
        screen.wrapped(part.text, style, first=BAR, rest=BAR)
    elif part.kind == "timeline":
        screen.line(f"{BAR}{part.text}", style)
    elif part.kind == "printed":
        rest = f"{BAR}{'':<{_LABEL_WIDTH}}{_QUOTE}"
        screen.wrapped(part.text, style, first=f"{BAR}{part.label:<{_LABEL_WIDTH}}{_QUOTE}", rest=rest)
    else:
        _print_labelled(screen, part.label, part.text, style)


def _print_labelled(screen: Screen, label: str, text: str, style: str = "") -> None:
    first = f"{BAR}{label:<{_LABEL_WIDTH}}"
    rest = f"{BAR}{'':<{_LABEL_WIDTH}}"
    fits = len(text) <= screen.width - len(first)
    # Who waits for whom is a list: each on a line of its own.
    clauses = [text] if fits or label != "observed" else text.replace("; ", ";\n").split("\n")
    for index, clause in enumerate(clauses):
        screen.wrapped(clause, style, first=rest if index else first, rest=rest)
