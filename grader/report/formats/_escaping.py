r"""Text made safe for the places where other systems show it.

All of it has been through `grader.lab.safe.clean` before: one line, nothing in it that can't be seen. What is left to
do depends on the place, and is done here and nowhere else.
"""

from __future__ import annotations

import re

_MARKUP = re.compile(r"([\\`*_{}\[\]()#+!|~<>&@:$-]|(?<=www)\.)", re.IGNORECASE)
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "@": "&#64;"}
_BACKTICKS = re.compile(r"`+")
_CLIPPED = "… (clipped)"


def log_line(line: str) -> str:
    r"""Return a line that no log takes for a command: GitHub's runners obey `::` behind any number of blanks.

    The second colon becomes ``\x3a``, in the way in which `clean` writes all that must not be taken literally.
    """
    text = line.lstrip()
    return line.replace("::", r":\x3a", 1) if text.startswith("::") else line


def clipped(text: str, limit: int) -> str:
    """Return a text of at most so many characters; that something is left out is said."""
    return text if len(text) <= limit else text[: max(limit - len(_CLIPPED), 0)] + _CLIPPED


def fenced(text: str) -> str:
    """Return a block of Markdown in which a text stands as it is, whatever backticks are in it."""
    fence = "`" * max(3, 1 + max(map(len, _BACKTICKS.findall(text)), default=0))
    return f"{fence}text\n{text}\n{fence}"


def markdown(text: str) -> str:
    """Return one line for Markdown in which nothing is markup, a column's end, a link or somebody's name."""
    return _MARKUP.sub(lambda found: _ENTITIES.get(found[0], f"\\{found[0]}"), text)


def html(text: str) -> str:
    """Return one line for HTML inside of Markdown."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    return escaped.replace("`", "&#96;").replace("@", "&#64;").replace("|", "&#124;")


def command_text(text: str) -> str:
    """Return what follows the second `::` of a command to GitHub's log; lines stay lines."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def command_property(text: str) -> str:
    """Return the value of a property of a command to GitHub's log."""
    return command_text(text).replace(":", "%3A").replace(",", "%2C")
