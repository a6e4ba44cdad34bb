"""A small picture of simulated time: one line for each thread, task, job or connection."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.lab.failure import Lane, Segment
from grader.lab.safe import clean
from grader.lab.seen import TOLERANCE
from grader.lab.words import duration

if TYPE_CHECKING:
    from collections.abc import Sequence

_SHOWN = 6
_CELLS = 60
_FEWEST_CELLS = 10
_NAME_WIDTHS = (10, 22)
_UNICODE = {"job": "█", "request": "█", "wait": "░", "hold": "▓", "stuck": "!", "reference": "▒", "": "·"}
_ASCII = {"job": "#", "request": "#", "wait": "-", "hold": "=", "stuck": "!", "reference": "+", "": "."}
_MEANINGS = {"wait": "waits", "hold": "holds the lock", "stuck": "stuck"}
_NUMBERED = re.compile(r"(.* )(\d+)")


def timeline_lines(lanes: Sequence[Lane], *, unicode: bool, width: int, reference: float | None = None) -> list[str]:
    """Draw lanes with the same scale, from 0 to the end of the last.

    Neighbours that look the same share a line, and of many only the first are drawn.

    Args:
        lanes: what ran when.
        unicode: whether block characters may be used.
        width: columns that a line may have.
        reference: simulated seconds that the reference solution takes, for a line of its own to the same scale where
            they differ from what is drawn; None if they aren't known.
    """
    end = max((segment.ended for lane in lanes for segment in lane.segments), default=0.0)
    if end <= 0:
        return []
    signs = _UNICODE if unicode else _ASCII
    rows = _grouped(lanes)
    shown = rows if len(rows) <= _SHOWN else rows[: _SHOWN - 1]
    below: list[tuple[str, Lane]] = []
    if reference is not None and abs(reference - end) > TOLERANCE:
        below = [("reference", Lane("reference", [Segment(0, reference, "reference")]))]
        end = max(end, reference)
    drawn = [*shown, *below]
    names = [_short(name) for name, _ in drawn]
    margin = max(_NAME_WIDTHS[0], *(len(name) + 2 for name in names))
    cells = _cells([*lanes, *(lane for _, lane in below)], end, max(_FEWEST_CELLS, min(_CELLS, width - margin)))
    lines = [
        f"{name:<{margin}}{_bar(lane.segments, end, cells, signs)}"
        for name, (_, lane) in zip(names, drawn, strict=True)
    ]
    if len(shown) < len(rows):
        lines.insert(len(shown), f"{'':<{margin}}and so on")
    lines.append(f"{'':<{margin}}0{duration(end):>{cells - 1}}")
    return [*lines, *_legend(lanes, signs, margin)]


def _grouped(lanes: Sequence[Lane]) -> list[tuple[str, Lane]]:
    rows: list[tuple[str, Lane]] = []
    noun, first, last = "", 0, 0
    for lane in lanes:
        name = clean(lane.name)
        if noun and name == f"{noun}{last + 1}" and _shape(lane) == _shape(rows[-1][1]):
            last += 1
            rows[-1] = (f"{noun}{first}-{last}", lane)
            continue
        numbered = _NUMBERED.fullmatch(name)
        noun, first = (numbered[1], int(numbered[2])) if numbered else ("", 0)
        last = first
        rows.append((name, lane))
    return rows


def _shape(lane: Lane) -> list[tuple[float, float, str]]:
    """Return what is drawn of a lane."""
    return [(segment.began, segment.ended, segment.kind) for segment in lane.segments]


def _short(name: str) -> str:
    """Leave out the middle of a long name: what tells threads apart is mostly at the end."""
    longest = _NAME_WIDTHS[1]
    return name if len(name) <= longest else f"{name[:8]}..{name[-(longest - 10) :]}"


def _cells(lanes: Sequence[Lane], end: float, most: int) -> int:
    """Choose how many cells the time gets: if possible so many that every begin and end falls between two of them."""
    times = {time / end for lane in lanes for segment in lane.segments for time in (segment.began, segment.ended)}
    for parts in range(1, most + 1):
        if all(abs(time * parts - round(time * parts)) < 1e-6 for time in times):  # noqa: PLR2004 - of a cell
            return most // parts * parts
    return most


def _bar(segments: Sequence[Segment], end: float, cells: int, signs: dict[str, str]) -> str:
    bar = [signs[""]] * cells
    for segment in segments:
        first = min(cells - 1, int(segment.began / end * cells + 1e-6))
        last = min(cells, max(first + 1, round(segment.ended / end * cells)))
        bar[first:last] = signs.get(segment.kind, signs["job"]) * (last - first)
    return "".join(bar)


def _legend(lanes: Sequence[Lane], signs: dict[str, str], margin: int) -> list[str]:
    kinds = {segment.kind for lane in lanes for segment in lane.segments}
    meanings = [f"{signs[kind]} {meaning}" for kind, meaning in _MEANINGS.items() if kind in kinds]
    return [f"{'':<{margin}}{'  '.join(meanings)}"] if meanings else []
