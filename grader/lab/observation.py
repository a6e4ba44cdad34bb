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


class Use(msgspec.Struct, frozen=True, forbid_unknown_fields=True, array_like=True):
    """A read or a write of something that threads share; `grader.simulation.Access` explains the fields.

    Attributes:
        kind: ``read`` or ``write``.
        name: as the source names it.
        value: as text; empty if unknown.
        thing: number of the object, and `part` of it: equal ones are the same thing.
    """

    kind: Literal["read", "write"]
    name: str
    value: str
    thing: Number
    part: str


class ScheduledStep(msgspec.Struct, frozen=True, forbid_unknown_fields=True, array_like=True):
    """A line that ran under a schedule, or the part of it that ran before another thread did.

    Attributes:
        thread: the thread's name.
        line: from 1.
        uses: what it read and wrote, in order.
        interrupted: whether the schedule stopped the thread there.
    """

    thread: str
    line: Number
    uses: list[Use]
    interrupted: bool


class Outcome(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of the things that the order of threads can lead to.

    Attributes:
        schedule: the first schedule that led to it, as text that replays it.
        count: how many of the schedules tried did.
        how: as the outcome of an `Observation`.
        value: what the play returned.
        error: what it raised.
        stop: why it stood still.
        steps: the lines in the order in which they ran, if it was replayed.
        events: the trace of the replay.
        clash: the name of what two threads used at the wrong moment, with the places of the two steps among `steps`.
    """

    schedule: str
    count: Number
    how: Literal["returned", "raised", "stopped"]
    value: Any = None
    error: Raised | None = None
    stop: Stop | None = None
    steps: list[ScheduledStep] = []
    events: list[Happening] = []
    clash: tuple[str, Number, Number] | None = None


class Explored(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a search through the schedules found; `grader.simulation.Exploration` explains the numbers.

    Attributes:
        outcomes: those found with the fewest preemptions first.
        kinds: how many different outcomes there were; more than are described, maybe.
        preemptions: the most in one schedule.
        tried: how many schedules were run.
        untried: how many more are known.
        sampled: how many of those tried were drawn at random.
        strayed: how many could not be followed.
        replayed: whether this is the replay of one schedule, and no search.
        lost: why a schedule could not be replayed; empty if it could.
    """

    outcomes: list[Outcome]
    kinds: Number
    preemptions: Number
    tried: Number
    untried: Number = 0
    sampled: Number = 0
    strayed: Number = 0
    replayed: bool = False
    lost: str = ""


class Observation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the running side reports of one scenario. Every word of it may be invented.

    Attributes:
        outcome: how it ended. ``unloadable``: the file could not be imported; ``missing``: it has no such function;
            ``stopped``: the simulation stood still; ``runaway``: it computed without end; ``tampered``: it changed the
            grader, in the way that the first of `names` says.
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
        explored: what the schedules led to, if they were explored; the other fields tell the first of them.
    """

    outcome: Literal["returned", "raised", "stopped", "unloadable", "missing", "runaway", "tampered"]
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
    explored: Explored | None = None
