"""A failure as parts of text in the order in which it is told, or as plain lines where there is no better way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from grader.lab.safe import clean, clean_lines
from grader.lab.timeline import timeline_lines

if TYPE_CHECKING:
    from grader.lab.failure import FailureData

_LABEL_WIDTH = 10
_SOURCE_WIDTH = 120
_STEP_WIDTH = 60
_OUTPUT_LINES = 5
_OUTPUT_WIDTH = 150
_PLAIN_WIDTH = 72

Kind = Literal["verdict", "called", "observed", "expected", "line", "step", "timeline", "printed", "question"]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a failure: safe to show, and of one line, however long.

    Attributes:
        kind: what it tells.
        label: a word for the margin, or an empty string.
        text: the part itself.
    """

    kind: Kind
    label: str
    text: str


def failure_parts(
    failure: FailureData, *, unicode: bool = False, width: int = _PLAIN_WIDTH, reference: float | None = None
) -> list[Part]:
    """Tell a failure in the order of `FailureData`, without the commands that follow it.

    Args:
        failure: what is told.
        unicode: whether the timeline may be drawn with block characters.
        width: columns for the timeline.
        reference: simulated seconds that the reference solution takes, to be drawn below; None for nothing.
    """
    parts = [Part("verdict", "", clean(failure.verdict))]
    parts += [Part("called", "called", clean(failure.called))] if failure.called else []
    parts += [Part("observed", "observed", clean(failure.observed))] if failure.observed else []
    parts += [Part("expected", "expected", clean(failure.expected))] if failure.expected else []
    for note in failure.lines:
        label = f"line {note.line}" if note.line else "line"
        source = f"`{clean(note.source, _SOURCE_WIDTH)}`"
        parts.append(Part("line", label, f"{source} {clean(note.note)}".rstrip()))
    for step in failure.steps:
        text = f"line {step.line} `{clean(step.source, _STEP_WIDTH)}` {clean(step.did)}"
        parts.append(Part("step", clean(step.thread, _LABEL_WIDTH - 1), text.rstrip()))
    drawn = timeline_lines(failure.timeline, unicode=unicode, width=width, reference=reference)
    parts += [Part("timeline", "", line) for line in drawn]
    if failure.output.strip() and failure.kind != "not_started":
        printed = clean_lines(failure.output, _OUTPUT_LINES, _OUTPUT_WIDTH)
        parts += [Part("printed", "" if index else "printed", line) for index, line in enumerate(printed)]
    parts += [Part("question", "", clean(failure.question))] if failure.question else []
    return parts


def failure_lines(failure: FailureData) -> list[str]:
    """Tell a failure in plain text, without what the program printed."""
    lines = []
    for part in failure_parts(failure):
        if part.kind == "verdict":
            lines.append(part.text)
        elif part.kind != "printed":
            lines.append(f"  {part.label:<{_LABEL_WIDTH}}{part.text}" if part.label else f"  {part.text}")
    return lines
