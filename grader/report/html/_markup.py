"""Building HTML in which every text is escaped unless it was built here.

A template engine would do no more for one page: what keeps it safe is a type. Finished markup is `Markup`; whatever
else is put into an element is text, is made visible by `clean`, clipped, and escaped. Adding to markup gives text
again, so a mistake shows as characters on the page and never as an element.
"""

from __future__ import annotations

import html
import re
from functools import lru_cache
from typing import Final

from grader.lab.safe import clean

Value = str | float | bool | None

_VOID: Final = frozenset({"meta", "wbr"})
_LONGEST: Final = 600
_QUOTED = re.compile(r"`([^`]+)`")


class Markup(str):
    """Finished markup."""

    __slots__ = ()


def text(words: str, limit: int = _LONGEST) -> Markup:
    """Return a text as markup: everything in it visible, of bounded length, and nothing of it an element."""
    return _escaped(words[: limit + 1], limit)  # one more tells `clean` that there is more


def prose(words: str) -> Markup:
    """Return a text as markup, in which what stands between backticks is shown as code."""
    shown = clean(words, _LONGEST)
    parts = _QUOTED.split(shown)
    return Markup("".join(element("code", part) if index % 2 else text(part) for index, part in enumerate(parts)))


def join(*parts: str) -> Markup:
    """Put parts behind one another; what isn't markup is text."""
    return Markup("".join(_markup(part) for part in parts))


def element(name: str, /, *children: str, **attributes: Value) -> Markup:
    """Return an element.

    Args:
        name: of the element.
        children: what is in it; what isn't markup is text.
        attributes: their names with ``_`` in place of ``-``, and one behind that is a word of Python, as in
            ``class_``. True is an attribute without a value; one that is False or None is left out.
    """
    written = "".join(
        _attribute(key, value) for key, value in attributes.items() if value is not None and value is not False
    )
    if name in _VOID:
        return Markup(f"<{name}{written}>")
    return Markup(f"<{name}{written}>{join(*children)}</{name}>")


@lru_cache(maxsize=4096)
def _escaped(words: str, limit: int) -> Markup:
    """Escape a text; on a page with thousands of segments, most are there many times."""
    return Markup(html.escape(clean(words, limit)))


def _markup(part: str) -> str:
    return part if isinstance(part, Markup) else text(part)


def _attribute(key: str, value: Value) -> str:
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{text(str(value))}"'
