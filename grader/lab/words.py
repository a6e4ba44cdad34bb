"""Small pieces of English: durations, counts and lists, the same in every message."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_TIMES = {1: "once", 2: "twice"}
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def duration(seconds: float) -> str:
    """Write simulated seconds, which are exact: ``2 s``, ``0.5 s``, ``10.25 s``."""
    return f"{round(seconds, 6) + 0.0:.6f}".rstrip("0").rstrip(".") + " s"


def count(number: int, noun: str) -> str:
    """Write a number of things: ``1 job``, ``5 jobs``, ``2 processes``."""
    if number == 1:
        return f"1 {noun}"
    ending = "es" if noun.endswith(("s", "x", "ch")) else "s"
    return f"{number} {noun}{ending}"


def times(number: int) -> str:
    """Write how often: ``once``, ``five times``, ``12 times``."""
    if number in _TIMES:
        return _TIMES[number]
    return f"{_NUMBERS[number] if number < len(_NUMBERS) else number} times"


def join_words(words: Sequence[str], last: str = "and") -> str:
    """Join words as a sentence does: ``a``, ``a and b``, ``a, b and c``."""
    if len(words) <= 1:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"
