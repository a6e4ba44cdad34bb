"""A failure as lines of plain text, for wherever there is no better way to show it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.lab.failure import FailureData, Lane

_WIDTH = 40
_LABEL_WIDTH = 12
_UNICODE = {"job": "█", "request": "█", "wait": "░", "hold": "▓", "stuck": "!", "": "·"}
_ASCII = {"job": "#", "request": "#", "wait": "-", "hold": "=", "stuck": "!", "": "."}


def failure_lines(failure: FailureData, *, unicode: bool = False) -> list[str]:
    """Tell a failure in the order of `FailureData`, without colours and without the commands that follow it."""
    lines = [failure.verdict]
    if failure.called:
        lines.append(f"  called    {failure.called}")
    if failure.observed:
        lines.append(f"  observed  {failure.observed}")
    if failure.expected:
        lines.append(f"  expected  {failure.expected}")
    for note in failure.lines:
        words = f" {note.note}" if note.note else ""
        lines.append(f"  line {note.line:<4} `{note.source}`{words}")
    lines += [f"  {line}" for line in timeline_lines(failure.timeline, unicode=unicode)]
    if failure.question:
        lines.append(f"  {failure.question}")
    return lines


def timeline_lines(lanes: Sequence[Lane], *, unicode: bool = False) -> list[str]:
    """Draw lanes with one character per step of simulated time."""
    end = max((segment.ended for lane in lanes for segment in lane.segments), default=0.0)
    if end <= 0:
        return []
    signs = _UNICODE if unicode else _ASCII
    drawn = []
    for lane in lanes:
        cells = [signs[""]] * _WIDTH
        for segment in lane.segments:
            first = min(_WIDTH - 1, int(segment.began / end * _WIDTH + 1e-9))
            last = max(first + 1, round(segment.ended / end * _WIDTH))
            cells[first:last] = signs.get(segment.kind, signs["job"]) * (min(last, _WIDTH) - first)
        drawn.append(f"{lane.name:<{_LABEL_WIDTH}}{''.join(cells)}")
    scale = f"{end:g} s"
    return [*drawn, f"{'':<{_LABEL_WIDTH}}0{scale:>{_WIDTH - 1}}"]
