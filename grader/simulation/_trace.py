"""What happened in a simulation: an exact, repeatable list of events with the source lines that caused them."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType, FrameType

F = TypeVar("F", bound="Callable[..., Any]")

EVENT_LIMIT = 20_000
"""Events kept per simulation; the rest are counted only."""

_DEPTH_LIMIT = 60
_IN_SMALL_LETTERS = {"Socket", "Poll", "Epoll"}
_HERE = __file__.removesuffix("_trace.py")


@dataclass(frozen=True, slots=True)
class Site:
    """A place in the watched source files.

    Attributes:
        file: the file name as compiled.
        line: line number, from 1.
        function: qualified name of the function that holds the line.
        call: qualified name of the library function that the line called, or an empty string.
    """

    file: str
    line: int
    function: str
    call: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened.

    Attributes:
        time: virtual nanoseconds since the simulation began. For an interval, its end.
        thread: number of the simulated thread; 0 is the one that began the simulation.
        task: number of the asyncio task that was running, or None.
        kind: what happened; `docs/simulation.md` lists the kinds.
        site: where in the watched files, if anywhere.
        data: what belongs to the kind, plain values only.
    """

    time: int
    thread: int
    task: int | None
    kind: str
    site: Site | None
    data: dict[str, Any] = field(default_factory=dict)


class Trace:
    """The events of one simulation, in the order they happened."""

    def __init__(self, watch: frozenset[str], *, enabled: bool = True) -> None:
        self.watch = watch
        self.enabled = enabled
        self.events: list[Event] = []
        self.dropped = 0

    def add(self, event: Event) -> None:
        """Keep `event`, or count it as dropped when the limit is reached."""
        if not self.enabled:
            return
        if len(self.events) < EVENT_LIMIT:
            self.events.append(event)
        else:
            self.dropped += 1

    def site(self, frame: FrameType | None) -> Site | None:
        """Find the innermost watched line at or above `frame`.

        `call` is the outermost library function between that line and the simulation, so a thread that waits inside
        ``Queue.get`` deep in a condition variable's lock is said to be in ``Queue.get``.
        """
        call: CodeType | None = None
        for _ in range(_DEPTH_LIMIT):
            if frame is None:
                return None
            code = frame.f_code
            if code.co_filename in self.watch:
                name = name_of(call) if call else ""
                return Site(code.co_filename, frame.f_lineno, code.co_qualname, name)
            if not code.co_filename.startswith(_HERE) or _public(code):
                call = code
            frame = frame.f_back
        return None

    def caller(self) -> Site | None:
        """Find the innermost watched line above the calling function, for an event to be recorded."""
        return self.site(sys._getframe(1)) if self.enabled else None


def is_own(code: CodeType) -> bool:
    """Tell whether code belongs to the simulation itself."""
    return code.co_filename.startswith(_HERE)


def shown_as(name: str, function: F) -> F:
    """Let traces and reports call a stand-in by the name of what it stands in for."""
    plain: Any = function
    plain.__code__ = plain.__code__.replace(co_name=name.rpartition(".")[2], co_qualname=name)
    return function


def _public(code: CodeType) -> bool:
    """Tell whether a function of the simulation stands in for a public one, and so is worth naming."""
    name = code.co_name
    return not name.startswith("_") or name in {"__enter__", "__exit__"}


def name_of(code: CodeType) -> str:
    """Name a function as its caller wrote it: without markers of nesting and without prefixes of ours."""
    name = code.co_qualname.rpartition("<locals>.")[2]
    owner, dot, rest = name.removeprefix("Simulated").removeprefix("_").rpartition(".")
    return f"{owner.lower() if owner in _IN_SMALL_LETTERS else owner}{dot}{rest}"
