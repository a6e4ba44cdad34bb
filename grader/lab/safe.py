r"""Text from a submission, made safe to show.

It may hold anything: sequences that move the cursor, characters that change the direction of what follows or can't be
seen, commands to the machine that keeps the log. What isn't plainly visible is written as an escape, such as ``\x1b``.
"""

from __future__ import annotations

import re
import unicodedata

_CLIPPED = 2_000
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"})
_MARKS = frozenset({"Mn", "Me"})
_MARKS_IN_A_ROW = 2
# Of categories that are shown, and yet nothing is seen of them, or they change the width of what is before them.
_UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0") | frozenset(map(chr, range(0xFE00, 0xFE10)))
# GitHub's runners obey ##[add-mask] wherever it is in a line, and other systems know such commands, too.
_COMMAND = re.compile(r"##(?=\w*\[)")


def clean(text: str, limit: int = _CLIPPED) -> str:
    """Return one line of text in which everything can be seen, of bounded length.

    Args:
        text: anything.
        limit: characters of it that are shown; what is left out is marked.
    """
    clipped = text[:limit]
    shown = clipped if clipped.isascii() and clipped.isprintable() else _visible(clipped)
    return _COMMAND.sub(r"#\\x23", shown) + ("…" if len(text) > limit else "")


def clean_lines(text: str, lines: int, limit: int = 200) -> list[str]:
    """Return the last lines of a text, each cleaned; what is left out before them is marked."""
    every = text.strip("\r\n").split("\n") if text else []
    shown = [clean(line.removesuffix("\r"), limit) for line in every[-lines:]]
    return shown if len(every) <= lines else ["…", *shown]


def _visible(text: str) -> str:
    parts = []
    marks = 0
    for character in text:
        category = unicodedata.category(character)
        marks = marks + 1 if category in _MARKS else 0
        if character == " ":
            parts.append(character)
        elif character == "\t":
            parts.append("    ")
        elif category in _HIDDEN or character in _UNSEEN or marks > _MARKS_IN_A_ROW:
            parts.append(character.encode("unicode_escape").decode("ascii"))
        else:
            parts.append(character)
    return "".join(parts)
