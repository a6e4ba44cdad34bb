"""Text from a submission, made safe to show."""

from __future__ import annotations

import unicodedata

_CLIPPED = 2_000
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def clean(text: str, limit: int = _CLIPPED) -> str:
    """Return one line of text without control characters, and of bounded length.

    Characters that move the cursor, change the direction of text or can't be seen are written as escapes.
    """
    shown = "".join(_visible(character) for character in text[:limit])
    return shown if len(text) <= limit else shown + "…"


def clean_lines(text: str, lines: int, limit: int = 200) -> list[str]:
    """Return the last lines of a text, each cleaned."""
    return [clean(line, limit) for line in text.splitlines()[-lines:]]


def _visible(character: str) -> str:
    if character == "\t":
        return "    "
    if unicodedata.category(character) in _HIDDEN:
        return character.encode("unicode_escape").decode("ascii")
    return character
