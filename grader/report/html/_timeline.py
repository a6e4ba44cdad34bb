"""Timelines on the page: lanes over simulated time that fit any width, and the same in words.

Everything is placed in percent of the width, so a phone shows all of it, and zooming only makes the plot wider. The
script beside this module adds what needs one; without it, the title of each segment and the words below tell the rest.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from grader.lab.safe import clean
from grader.lab.words import count, duration
from grader.report.html._markup import Markup, element, join, text
from grader.report.looks import LOOKS, OTHER
from grader.report.ticks import ticks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.lab.failure import Lane, Segment
    from grader.report.looks import Look

_SPAN = 97.0  # percent of the width from 0 to the end; the rest is for what is stuck and goes on for ever
_ROW = 26
_BAR = 18
_STRIP = 4
_TICKS = 6
_INSTANT = 0.4  # percent: what is narrower is drawn this many pixels wide
_INSTANT_PIXELS = 3
_PLOT = 560  # pixels that the plot has on a screen of usual size
_LETTER = 7.2
_NAME_LETTERS = 24
_LABEL_LETTERS = 40
_CAPTION_LETTERS = 120
_SEGMENTS = 400
_TOLD = 200
_RUNNING = "Running takes no simulated time: a thread runs where one bar ends and the next begins."


class Panel(NamedTuple):
    """One of the runs that are drawn below each other, to the same scale.

    Attributes:
        caption: whose run it is, and what it took.
        lanes: what ran when.
    """

    caption: str
    lanes: Sequence[Lane]


def takes_time(lanes: Sequence[Lane]) -> bool:
    """Tell whether there is anything to draw over time."""
    return any(segment.ended > segment.began for lane in lanes for segment in lane.segments)


def alike(one: Sequence[Lane], other: Sequence[Lane]) -> bool:
    """Tell whether two runs would be drawn alike, whatever their threads are called."""
    return [_shape(lane) for lane in one] == [_shape(lane) for lane in other]


def timeline(panels: Sequence[Panel]) -> Markup:
    """Draw runs over simulated time, and tell them in words."""
    end = max((_finite(item.ended) for panel in panels for lane in panel.lanes for item in lane.segments), default=0.0)
    end = end if end > 0 else 1.0
    rows = _rows(panels)
    captions = [panel.caption.rstrip(".") for panel in panels]
    grid = element(
        "div",
        element("div", "seconds", class_="tl-corner"),
        _axis(end),
        element("div", *map(_name, rows), class_="tl-names", aria_hidden="true"),
        _plot(rows, end, ". ".join(captions)),
        class_="tl-sheet",
    )
    return element(
        "figure",
        element("div", grid, class_="tl-scroll", tabindex=0, role="group", aria_label=f"Timeline. {captions[0]}"),
        element("p", class_="tl-detail", aria_live="polite", hidden=True),
        _legend(panels),
        _words(panels),
        class_="timeline",
        data_end=_seconds(end),
    )


class _Row(NamedTuple):
    """A row of the plot: the caption of a panel, a lane, or what is said in place of more lanes."""

    kind: str
    name: str
    segments: Sequence[Segment] = ()


def _rows(panels: Sequence[Panel]) -> list[_Row]:
    rows = []
    for panel in panels:
        rows.append(_Row("caption", panel.caption))
        room = _SEGMENTS
        for number, lane in enumerate(panel.lanes):
            if not room:
                rows.append(_Row("more", f"and {count(len(panel.lanes) - number, 'lane')} more"))
                break
            segments = lane.segments[:room]
            room -= len(segments)
            rows.append(_Row("lane", lane.name, segments))
    return rows


def _name(row: _Row) -> Markup:
    if row.kind == "lane":
        return element("p", _short(row.name))
    return element("p", text(row.name, _CAPTION_LETTERS), class_=row.kind)


def _axis(end: float) -> Markup:
    marks = ticks(end, _TICKS)
    labels = [
        element(
            "text",
            _seconds(mark),
            x=_percent(mark / end * _SPAN),
            y=15,
            text_anchor="middle" if mark else "start",
            class_="tl-soft",
        )
        for mark in marks
    ]
    return element("svg", *labels, class_="tl-axis", width="100%", height=22, aria_hidden="true", focusable="false")


def _plot(rows: Sequence[_Row], end: float, label: str) -> Markup:
    height = _ROW * len(rows)
    lines = [
        element("line", x1=place, x2=place, y1=0, y2=height)
        for place in (_percent(mark / end * _SPAN) for mark in ticks(end, _TICKS))
    ]
    body = [element("g", *lines, class_="tl-ticks")]
    for number, row in enumerate(rows):
        top = number * _ROW
        if row.kind == "lane":
            body.append(element("line", x1=0, x2="100%", y1=top + _ROW // 2, y2=top + _ROW // 2, class_="tl-grid"))
            drawn = [_segment(row.name, item, end, top) for item in sorted(row.segments, key=_layer)]
            body.append(element("g", *drawn, class_="tl-lane"))
    return element(
        "svg",
        *body,
        class_="tl-plot",
        width="100%",
        height=height,
        role="img",
        aria_label=text(label, 2 * _CAPTION_LETTERS),
    )


def _layer(segment: Segment) -> tuple[bool, bool]:
    """Order segments so that instants are above everything, and what has words on it above what has none."""
    return LOOKS.get(segment.kind, OTHER).shape == "mark", segment.label != ""


def _segment(lane: str, segment: Segment, end: float, top: int) -> Markup:
    name, look = _look(segment)
    left = min(max(_finite(segment.began), 0.0), end) / end * _SPAN
    right = 100.0 if segment.kind == "stuck" else min(max(_finite(segment.ended), 0.0), end) / end * _SPAN
    title = element("title", f"{_short(lane)}: {_fact(segment)}")
    if look.shape == "mark":
        diamond = element("path", d="M0 4l5 5l-5 5l-5 -5z", class_=f"tl-{name}")
        return element("svg", title, diamond, class_="s m", x=_percent(left), y=top + 4, width=1, height=_BAR)
    width = right - left
    span = _INSTANT_PIXELS if width < _INSTANT else _percent(width)
    if look.shape == "strip":
        area = element("rect", class_=f"tl-{name}")
        return element("svg", title, area, class_="s", x=_percent(left), y=top + 4 + _BAR, width=span, height=_STRIP)
    parts = [title, element("rect", class_=f"tl-{name}")]
    if look.pattern:
        parts.append(element("rect", fill=f"url(#tl-{name})"))
    label = clean(segment.label or look.meaning, _LABEL_LETTERS)
    fits = len(label) * _LETTER + 8 <= width / 100 * _PLOT
    if fits or segment.label:
        parts.append(element("text", label, x=6, y=13, class_=f"tl-label tl-{name}-on{'' if fits else ' n'}"))
    return element("svg", *parts, class_="s", x=_percent(left), y=top + 4, width=span, height=_BAR)


def _legend(panels: Sequence[Panel]) -> Markup:
    """Say what each kind of segment means that occurs."""
    found = {segment.kind for panel in panels for lane in panel.lanes for segment in lane.segments}
    kinds = [(name, look) for name, look in LOOKS.items() if name in found]
    kinds += [("other", OTHER)] if found - LOOKS.keys() else []
    shown = [element("li", _swatch(*kind), kind[1].meaning) for kind in kinds]
    return element("ul", *shown, element("li", _RUNNING), class_="tl-legend")


def _swatch(name: str, look: Look) -> Markup:
    if look.shape == "mark":
        shapes = [element("path", d="M10 1l5 5l-5 5l-5 -5z", class_=f"tl-{name}")]
    elif look.shape == "strip":
        shapes = [element("rect", x=0.5, y=4, width=19, height=_STRIP, class_=f"tl-{name}")]
    else:
        shapes = [element("rect", x=0.5, y=0.5, width=19, height=11, rx=2, class_=f"tl-{name}")]
        if look.pattern:
            shapes.append(element("rect", x=0.5, y=0.5, width=19, height=11, rx=2, fill=f"url(#tl-{name})"))
    return element("svg", *shapes, width=20, height=12, aria_hidden="true", focusable="false")


def _words(panels: Sequence[Panel]) -> Markup:
    """Tell the runs in words, for whoever doesn't see them or has no script."""
    parts: list[str] = []
    for panel in panels:
        told = list(_told(panel))
        parts.append(element("p", text(panel.caption, _CAPTION_LETTERS), class_="caption"))
        parts.append(element("dl", *told))
    return element("details", element("summary", "The same in words"), *parts, class_="words")


def _told(panel: Panel) -> Iterator[Markup]:
    room = _TOLD
    for lane in panel.lanes:
        if not room:
            yield element("div", element("dt", "and so on"))
            return
        segments = lane.segments[:room]
        room -= len(segments)
        more = len(lane.segments) - len(segments)
        facts = [*map(_fact, segments), *([f"and {more} more"] if more else [])] or ["nothing"]
        yield element("div", element("dt", _short(lane.name)), element("dd", join(*_with_semicolons(facts))))


def _with_semicolons(facts: Sequence[str]) -> Iterator[str]:
    for number, fact in enumerate(facts):
        yield "; " if number else ""
        yield fact


def _fact(segment: Segment) -> str:
    _, look = _look(segment)
    what = clean(segment.label, _LABEL_LETTERS) or look.meaning
    if segment.label and segment.kind not in {"job", "request"}:
        what = f"{what}, {look.meaning}"
    if look.shape == "mark" or segment.ended == segment.began:
        when = f"at {duration(_finite(segment.began))}"
    elif segment.kind == "stuck":
        when = f"from {duration(_finite(segment.began))} on"
    else:
        took = duration(_finite(segment.ended) - _finite(segment.began))
        when = f"{_seconds(_finite(segment.began))} to {duration(_finite(segment.ended))}, that is {took}"
    return f"{what}, {when}{f', line {segment.line}' if segment.line else ''}"


def _look(segment: Segment) -> tuple[str, Look]:
    look = LOOKS.get(segment.kind)
    return ("other", OTHER) if look is None else (segment.kind, look)


def _shape(lane: Lane) -> list[tuple[float, float, str, str]]:
    return [(segment.began, segment.ended, segment.kind, segment.label) for segment in lane.segments]


def _short(name: str) -> str:
    """Leave out the middle of a long name: what tells threads apart is mostly at the end."""
    shown = clean(name, 2 * _CAPTION_LETTERS)
    if len(shown) <= _NAME_LETTERS:
        return shown
    return f"{shown[: _NAME_LETTERS // 2 - 1]}…{shown[-(_NAME_LETTERS // 2) :]}"


def _finite(seconds: float) -> float:
    return seconds if math.isfinite(seconds) else 0.0


def _seconds(seconds: float) -> str:
    return duration(seconds).removesuffix(" s")


def _percent(share: float) -> str:
    return f"{share:.2f}".rstrip("0").rstrip(".") + "%"
