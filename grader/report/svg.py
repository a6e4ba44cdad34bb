"""Drawing lanes as a picture: an SVG that needs nothing else, for lessons and for reports.

It is legible by day and by night, says in words what it shows, runs no script and loads nothing. The same lanes give
the same bytes, and every text is escaped: names may come from a submission.
"""

from __future__ import annotations

import html
import math
from typing import TYPE_CHECKING, NamedTuple

from grader.lab.safe import clean
from grader.lab.words import duration
from grader.report.looks import LOOKS, OTHER, patterns, stylesheet
from grader.report.ticks import ticks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.lab.failure import Lane, Segment
    from grader.report.looks import Look

_WIDTH = 720
_PADDING = 16
_NAMES = 150
_MARGIN = 30  # at the right, for what is stuck and goes on for ever
_LEFT = _PADDING + _NAMES
_PLOT = _WIDTH - _PADDING - _MARGIN - _LEFT
# Multiples of 8, so that patterns begin alike in every lane.
_CAPTION = 24
_LANE = 24
_BAR = 17
_STRIP = 3
_GAP = 16
_AXIS = 26
_ROW = 24
_THINNEST = 3
_AVERAGE = 6.2  # pixels of a letter
_LETTER = 7.2  # pixels: wider than most letters are, so that a text that should fit does

_LANES = 16
_SEGMENTS = 200
_NAME_LETTERS = 20
_CAPTION_LETTERS = 90
_LABEL_LETTERS = 40
_TOLD = 60
_TICKS = 10


class Panel(NamedTuple):
    """One of the pictures that are drawn below each other, to the same scale.

    Attributes:
        caption: what it shows.
        lanes: what ran when.
    """

    caption: str
    lanes: Sequence[Lane]


def timeline_svg(panels: Sequence[Panel], title: str) -> str:
    """Draw lanes over simulated time as the text of an SVG file.

    Of many lanes the first are drawn, and how many more there are is said. Of a lane's segments, too, the first 200 are
    drawn: more could not be told apart.

    Args:
        panels: what to draw.
        title: the name of the whole, which is heard and not seen.
    """
    times = [segment.ended for panel in panels for lane in panel.lanes for segment in lane.segments]
    scale = _Scale(max([time for time in times if math.isfinite(time)], default=0.0))
    kinds = _kinds(panels)
    body: list[str] = []
    top = _PADDING
    for panel in panels:
        top = _draw_panel(body, panel, scale, top)
    top = _draw_axis(body, scale, top - _GAP)
    height = _draw_legend(body, kinds, top) + _PADDING
    size = f'width="{_WIDTH}" height="{height}" viewBox="0 0 {_WIDTH} {height}"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" {size}>',
            f"<title>{_text(title, _CAPTION_LETTERS)}</title>",
            f"<desc>{' '.join(_description(panels))}</desc>",
            f"<style>{stylesheet(kinds)}</style>",
            *patterns(kinds),
            f'<rect class="tl-page" x="0.5" y="0.5" width="{_WIDTH - 1}" height="{height - 1}" rx="6"/>',
            *body,
            "</svg>\n",
        ]
    )


class _Scale:
    """From simulated seconds to pixels."""

    def __init__(self, end: float) -> None:
        self.end = end if end > 0 else 1.0

    def x(self, seconds: float) -> float:
        """Return where an instant is."""
        inside = min(max(seconds, 0.0), self.end) if math.isfinite(seconds) else self.end
        return _LEFT + inside / self.end * _PLOT

    def ticks(self) -> list[float]:
        """Return round numbers of seconds from 0 to the end."""
        return ticks(self.end, _TICKS)


def _draw_panel(body: list[str], panel: Panel, scale: _Scale, top: int) -> int:
    """Draw one panel, and return where the next one begins."""
    caption = _text(panel.caption, _CAPTION_LETTERS)
    body.append(f'<text class="tl-caption" x="{_PADDING}" y="{top + 12}">{caption}</text>')
    top += _CAPTION
    shown = panel.lanes if len(panel.lanes) <= _LANES else panel.lanes[: _LANES - 1]
    bottom = top + _LANE * len(shown)
    body += [f'<path class="tl-grid" d="M{_number(scale.x(tick))} {top - 2}V{bottom + 2}"/>' for tick in scale.ticks()]
    for lane in shown:
        body += _lane(lane, scale, top)
        top += _LANE
    if len(shown) < len(panel.lanes):
        more = f"and {len(panel.lanes) - len(shown)} more"
        body.append(f'<text class="tl-soft" x="{_LEFT - 10}" y="{top + 15}" text-anchor="end">{more}</text>')
        top += _ROW
    return top + _GAP


def _lane(lane: Lane, scale: _Scale, top: int) -> Iterator[str]:
    middle = top + _BAR // 2
    yield f'<text class="tl-text" x="{_LEFT - 10}" y="{middle + 5}" text-anchor="end">{_text(_short(lane.name))}</text>'
    yield f'<path class="tl-grid" d="M{_LEFT} {middle}H{_LEFT + _PLOT}"/>'
    for segment in sorted(lane.segments[:_SEGMENTS], key=_layer):
        yield from _segment(segment, scale, top)


def _layer(segment: Segment) -> tuple[bool, bool]:
    """Order segments so that instants are above everything, and what has words on it above what has none."""
    return LOOKS.get(segment.kind, OTHER).shape == "mark", segment.label != ""


def _segment(segment: Segment, scale: _Scale, top: int) -> Iterator[str]:
    name = segment.kind if segment.kind in LOOKS else "other"
    look = LOOKS.get(segment.kind, OTHER)
    left, right = scale.x(segment.began), scale.x(segment.ended)
    tip = f"<title>{_text(_words(segment))}</title>"
    if look.shape == "mark":
        yield f'<path class="tl-{name}" d="M{_number(left)} {top + 4}l5 5l-5 5l-5 -5z">{tip}</path>'
        return
    if segment.kind == "stuck":
        right = _LEFT + _PLOT + _MARGIN - 6
    width = max(_THINNEST, right - left - 1.5)
    place = f'x="{_number(left + 0.75)}" width="{_number(width)}"'
    if look.shape == "strip":
        yield f'<rect class="tl-{name}" {place} y="{top + _BAR + 2}" height="{_STRIP}">{tip}</rect>'
        return
    area = f'{place} y="{top}" height="{_BAR}" rx="3"'
    yield f'<rect class="tl-{name}" {area}>{tip}</rect>'
    if look.pattern:
        yield f'<rect fill="url(#tl-{name})" {area} pointer-events="none"/>'
    label = _fitting(segment.label or look.meaning, width)
    if label:
        x = _number(left + 0.75 + width / 2)
        yield (
            f'<text class="tl-label tl-{name}-on" x="{x}" y="{top + 13}" text-anchor="middle" pointer-events="none">'
            f"{_text(label)}</text>"
        )


def _draw_axis(body: list[str], scale: _Scale, top: int) -> int:
    y = top + 14
    body.append(f'<text class="tl-soft" x="{_LEFT - 10}" y="{y}" text-anchor="end">seconds</text>')
    body += [
        f'<text class="tl-soft" x="{_number(scale.x(tick))}" y="{y}" text-anchor="middle">{_seconds(tick)}</text>'
        for tick in scale.ticks()
    ]
    return top + _AXIS


def _draw_legend(body: list[str], kinds: dict[str, Look], top: int) -> int:
    """Draw a swatch with its meaning for each kind, and return where the legend ends."""
    if not kinds:
        return top
    left = float(_LEFT)
    for name, look in kinds.items():
        width = 40 + len(look.meaning) * _AVERAGE
        if left + width > _WIDTH - _PADDING and left > _LEFT:
            left, top = float(_LEFT), top + _ROW
        x = _number(left)
        if look.shape == "mark":
            body.append(f'<path class="tl-{name}" d="M{_number(left + 9)} {top + 3}l5 5l-5 5l-5 -5z"/>')
        elif look.shape == "strip":
            body.append(f'<rect class="tl-{name}" x="{x}" y="{top + 6}" width="18" height="{_STRIP}"/>')
        else:
            area = f'x="{x}" y="{top + 2}" width="18" height="12" rx="2"'
            body.append(f'<rect class="tl-{name}" {area}/>')
            if look.pattern:
                body.append(f'<rect fill="url(#tl-{name})" {area}/>')
        body.append(f'<text class="tl-soft" x="{_number(left + 24)}" y="{top + 13}">{look.meaning}</text>')
        left += width
    return top + _ROW


def _kinds(panels: Sequence[Panel]) -> dict[str, Look]:
    """Return the kinds that occur, in the order of the legend."""
    found = {segment.kind for panel in panels for lane in panel.lanes for segment in lane.segments}
    kinds = {name: look for name, look in LOOKS.items() if name in found}
    return kinds if found <= LOOKS.keys() else {**kinds, "other": OTHER}


def _description(panels: Sequence[Panel]) -> Iterator[str]:
    """Say in words what the picture shows."""
    told = 0
    for panel in panels:
        yield _text(panel.caption.rstrip("."), _CAPTION_LETTERS) + "."
        for lane in panel.lanes:
            if told >= _TOLD:
                yield "And so on."
                return
            shown = lane.segments[: _TOLD - told]
            told += len(shown)
            facts = [_words(segment) for segment in shown] + (["and so on"] if len(shown) < len(lane.segments) else [])
            yield f"{_text(_short(lane.name))}: {_text('; '.join(facts) or 'nothing', _TOLD * _CAPTION_LETTERS)}."


def _words(segment: Segment) -> str:
    look = LOOKS.get(segment.kind, OTHER)
    what = segment.label[:_LABEL_LETTERS] or look.meaning
    if segment.label and segment.kind == "stuck":
        what = f"{what}, {look.meaning}"
    if look.shape == "mark":
        return f"{what} at {_seconds(segment.began)} s"
    return f"{what} from {_seconds(segment.began)} to {_seconds(segment.ended)} s"


def _fitting(label: str, width: float) -> str:
    """Return as much of a label as fits: all of it, its number, its first word, or nothing."""
    room = min(int((width - 4) / _LETTER), _LABEL_LETTERS)
    first, _, last = label.rpartition(" ")
    parts = (label, last if last.isdecimal() else first.partition(" ")[0])
    return next((text for text in parts if len(text) <= room), "")


def _short(name: str) -> str:
    """Leave out the middle of a long name: what tells threads apart is mostly at the end."""
    shown = clean(name, 2 * _CAPTION_LETTERS)
    if len(shown) <= _NAME_LETTERS:
        return shown
    return f"{shown[: _NAME_LETTERS // 2 - 1]}…{shown[-(_NAME_LETTERS // 2) :]}"


def _text(text: str, limit: int = 2 * _CAPTION_LETTERS) -> str:
    return html.escape(clean(text, limit))


def _seconds(seconds: float) -> str:
    return duration(seconds).removesuffix(" s")


def _number(pixels: float) -> str:
    return f"{pixels:.2f}".rstrip("0").rstrip(".")
