"""What comes back from a run as plain data. It is decoded strictly: the sender is not trusted."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

Moment = Annotated[int, msgspec.Meta(ge=0, lt=1 << 62)]
"""Simulated nanoseconds. Bounded, so that no arithmetic on what a sender made up can fail."""

Number = Annotated[int, msgspec.Meta(ge=0, lt=1 << 31)]
"""A line, or a number of things."""


def moment(value: object) -> int:
    """Return simulated nanoseconds that stand among details of any type; 0 if they are none."""
    return value if type(value) is int and 0 <= value < 1 << 62 else 0


class Place(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line of the submission.

    Attributes:
        line: from 1.
        function: qualified name of the function that holds it.
        call: the library function that the line called, or an empty string.
    """

    line: Number
    function: str
    call: str = ""


class Happening(msgspec.Struct, frozen=True, forbid_unknown_fields=True, array_like=True):
    """One event of the trace; `grader.simulation.Event` explains the fields."""

    time: Moment
    thread: Number
    task: Number | None
    kind: str
    place: Place | None
    data: dict[str, str | int | float | bool | None]


class Raised(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An exception, as text.

    Attributes:
        kind: name of its class.
        kinds: names of the class and its bases.
        text: what it says.
        place: the innermost line of the submission in its traceback.
        inner: the exceptions of a group.
    """

    kind: str
    kinds: list[str]
    text: str
    place: Place | None
    inner: list[Raised] = []


class Waiter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thread or task of a standstill; `grader.simulation.Stuck` explains the fields."""

    name: str
    kind: str
    detail: str
    place: Place | None
    holder: str | None
    holder_place: Place | None
    holder_done: bool


class Stop(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why the simulation was stopped before the call returned; see `grader.simulation.Standstill`."""

    reason: str
    time: Moment
    waiters: list[Waiter]


class Left(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something left behind: ``thread``, ``socket``, ``task``, ``coroutine`` or ``session``."""

    kind: str
    name: str
    detail: str
    line: Number


class Session(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One HTTP session that the submission made, and the line that made it (0 if unknown)."""

    number: Number
    door: str
    requests: Number
    closed: bool
    line: Number = 0


class Observation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the running side reports of one scenario. Every word of it may be invented.

    Attributes:
        outcome: how it ended. ``unloadable``: the file could not be imported; ``missing``: it has no such function;
            ``stopped``: the simulation stood still; ``runaway``: it computed without end.
        value: what the call returned, as plain values; anything else is ``{"$": "opaque", "type": …}``.
        error: what it raised.
        stop: why the simulation was stopped.
        elapsed: simulated nanoseconds from call to return.
        events: the trace.
        dropped: events beyond the limit.
        left: what was left behind.
        sessions: the HTTP sessions that were made.
        unserved: requests that no route serves.
        faults: what seems to have gone wrong in the mock API itself.
        names: the functions and classes that the file defines, when one was missing.
        place: where a runaway was.
    """

    outcome: Literal["returned", "raised", "stopped", "unloadable", "missing", "runaway"]
    value: Any = None
    error: Raised | None = None
    stop: Stop | None = None
    elapsed: Moment = 0
    events: list[Happening] = []
    dropped: Number = 0
    left: list[Left] = []
    sessions: list[Session] = []
    unserved: list[str] = []
    faults: list[str] = []
    names: list[str] = []
    place: Place | None = None
