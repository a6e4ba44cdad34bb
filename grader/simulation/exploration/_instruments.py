"""Being called before chosen instructions of chosen files, in every simulated thread."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Protocol, Self

if sys.version_info >= (3, 12):
    from grader.simulation.exploration._monitor import Monitor as _Chosen
else:
    from grader.simulation.exploration._tracer import Tracer as _Chosen

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType

    Rule = Callable[[CodeType], frozenset[int]]
    """Chooses instructions of a code object, by the offset at which an event announces them."""

    Point = Callable[[], None]
    """Called before each of them. The frame that is about to run it is two calls up."""


class Instruments(Protocol):
    """Calls a function before each chosen instruction."""

    def __enter__(self) -> Self:
        """Take over what the interpreter calls."""

    def __exit__(self, *exc_info: object) -> None:
        """Put everything back."""

    def begin(self) -> None:
        """Begin a run, in its first thread."""

    def end(self) -> None:
        """End a run, in its first thread."""


def instruments(files: frozenset[str], rule: Rule, point: Point) -> Instruments:
    """Make what this Python version has.

    On 3.12 and newer a trace function is prepared for too late: it misses the first time that a function runs.
    """
    return _Chosen(files, rule, point)
