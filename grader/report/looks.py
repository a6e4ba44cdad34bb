"""How each kind of segment looks: its meaning in words, its colours by day and by night, and its pattern.

The colours differ for those who see fewer of them, too (they follow Okabe and Ito), and every kind has a pattern or a
shape of its own, so that nothing is told by colour alone. On every fill, text has a contrast of at least 7 to 1, and
every outline at least 3 to 1 against the page.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Shape = Literal["bar", "strip", "mark"]


class Colours(NamedTuple):
    """The colours of a kind in one theme: of its area, and of its outline and pattern."""

    fill: str
    ink: str


class Look(NamedTuple):
    """How a kind is drawn.

    Attributes:
        meaning: what the legend says.
        light: colours on white.
        dark: colours on black.
        pattern: path of one 8 by 8 tile; an empty string for a plain area.
        shape: ``bar``; ``strip``, a thin one below, for what goes on beside something else; ``mark``, an instant.
    """

    meaning: str
    light: Colours
    dark: Colours
    pattern: str = ""
    shape: Shape = "bar"


_RISING = "M-1 9L9 -1M-1 1L1 -1M7 9L9 7"
_ZIGZAG = "M-1 6L4 1L9 6"
_FALLING = "M-1 -1L9 9M-1 7L1 9M7 -1L9 1"

LOOKS: dict[str, Look] = {
    "job": Look("does a job", Colours("#cbe4f6", "#0a5c95"), Colours("#0d3b5e", "#62b5ea")),
    "request": Look("request in flight", Colours("#cbe4f6", "#0a5c95"), Colours("#0d3b5e", "#62b5ea"), "M4 3V5M3 4H5"),
    "sleep": Look("sleeps", Colours("#f2f0f7", "#6b5a92"), Colours("#262033", "#a798cc"), "M1 4H3"),
    "wait": Look("waits", Colours("#f4f5f6", "#6b7580"), Colours("#1c2128", "#8b96a1"), _RISING),
    "await": Look("waits at an await", Colours("#dcf0fb", "#2a7fb8"), Colours("#0b2b42", "#4a9fd6"), "M-1 4H9"),
    "lock": Look("waits for a lock", Colours("#fcebc8", "#8f5f00"), Colours("#453000", "#e0a52e"), _FALLING),
    "spin": Look("asks again and again", Colours("#fcf7c5", "#7a6f00"), Colours("#3d3900", "#d9cc3c"), "M4 -1V9"),
    "blocks": Look(
        "blocks the event loop", Colours("#f7dcea", "#a0467a"), Colours("#4b1c38", "#e08abb"), "M-1 6L4 1L9 6"
    ),
    "stuck": Look("stuck for ever", Colours("#fbdccb", "#b34800"), Colours("#522000", "#f58c4b"), _RISING + _FALLING),
    "hold": Look("holds a lock", Colours("#00704f", "#00704f"), Colours("#2fc495", "#2fc495"), shape="strip"),
    "preempted": Look("interrupted", Colours("#1f2328", "#1f2328"), Colours("#f0f6fc", "#f0f6fc"), shape="mark"),
}
"""By kind, in the order of the legend."""

OTHER = Look("something else", Colours("#eceff2", "#59636e"), Colours("#2a313c", "#9198a1"))
"""For a kind that isn't known here."""

PAGE = {"light": ("#ffffff", "#d1d9e0", "#1f2328", "#59636e"), "dark": ("#0d1117", "#3d444d", "#f0f6fc", "#9198a1")}
"""By theme: the page, its lines, text, and text of less weight."""


def stylesheet(looks: dict[str, Look]) -> str:
    """Return the rules for a picture in which these looks occur, for both themes.

    Classes begin with ``tl-``; text on a kind's area has ``tl-KIND-on``.
    """
    return (
        '.tl-text,.tl-soft,.tl-caption,.tl-label{font:13px -apple-system,"Segoe UI","Noto Sans",Helvetica,Arial,'
        "sans-serif}.tl-caption{font-weight:600}.tl-label{font-size:12px;paint-order:stroke;stroke-width:4px;"
        f"stroke-linejoin:round}}.tl-grid,.tl-ink{{fill:none}}\n{_theme('light', looks)}\n"
        f"@media(prefers-color-scheme:dark){{{_theme('dark', looks)}}}"
    )


def patterns(looks: dict[str, Look]) -> list[str]:
    """Return the definitions of their patterns, each named ``tl-KIND``; none if there are none."""
    tiles = [
        f'<pattern id="tl-{name}" width="8" height="8" patternUnits="userSpaceOnUse">'
        f'<path class="tl-ink tl-{name}-ink" d="{look.pattern}"/></pattern>'
        for name, look in looks.items()
        if look.pattern
    ]
    return [f"<defs>{''.join(tiles)}</defs>"] if tiles else []


def _theme(theme: str, looks: dict[str, Look]) -> str:
    page, line, text, soft = PAGE[theme]
    rules = [
        f".tl-page{{fill:{page};stroke:{line}}}",
        f".tl-grid{{stroke:{line}}}",
        f".tl-text,.tl-caption,.tl-label{{fill:{text}}}",
        f".tl-soft{{fill:{soft}}}",
    ]
    for name, look in looks.items():
        fill, ink = look.dark if theme == "dark" else look.light
        # Text gets a seam of the area's colour, so that no pattern runs through its letters.
        rules += [f".tl-{name}{{fill:{fill};stroke:{ink}}}.tl-{name}-on{{stroke:{fill}}}.tl-{name}-ink{{stroke:{ink}}}"]
    return "".join(rules)
