"""Describing what happened in a simulation as the plain data of an `Observation`."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Any

import msgspec

from grader.lab.observation import (
    Explored,
    Happening,
    Left,
    Outcome,
    Place,
    Raised,
    ScheduledStep,
    Session,
    Stop,
    Use,
    Waiter,
)
from grader.lab.plain import clipped as clipped_text
from grader.lab.plain import name_of_type
from grader.simulation import SimulationStopped

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from grader.lab.mock_api.sessions import Session as MadeSession
    from grader.simulation import Event, Exploration, Leftover, Replay, Run, Schedule, Site, Standstill, Step, Stuck

_EVENT_LIMIT = 3_000
_TEXT_LIMIT = 500
_NAME_LIMIT = 100
_GROUP_LIMIT = 50
_GROUP_DEPTH = 5
_BASES_LIMIT = 20
_LINE_LIMIT = 1_000_000
_LEFT_LIMIT = 100
_STEP_LIMIT = 200
_USE_LIMIT = 20

# Made here, so that it is there before a process is forked for a program.
_OUTCOMES = msgspec.json.Decoder(Outcome)


def clipped(text: object, limit: int = _TEXT_LIMIT) -> str:
    """Return text of bounded length that can be written as UTF-8."""
    return clipped_text(str(text), limit)


def short_name(qualified: object) -> str:
    """Return a function's name as its author wrote it: without the functions around it."""
    return clipped(str(qualified).rpartition("<locals>.")[2], _NAME_LIMIT)


def place_of(site: Site | None) -> Place | None:
    """Describe a place in the submission."""
    return (
        None if site is None else Place(site.line, clipped(site.function, _NAME_LIMIT), clipped(site.call, _NAME_LIMIT))
    )


def happenings(events: Sequence[Event]) -> list[Happening]:
    """Describe the first events of a trace."""
    return [
        Happening(event.time, event.thread, event.task, event.kind, place_of(event.site), _scalars(event.data))
        for event in events[:_EVENT_LIMIT]
    ]


def left_behind(leftovers: Iterable[Leftover]) -> list[Left]:
    """Describe what was left behind."""
    return [
        Left(item.kind, short_name(item.name), clipped(item.detail, _NAME_LIMIT), item.line)
        for item in list(leftovers)[:_LEFT_LIMIT]
    ]


def session_of(session: MadeSession) -> Session:
    """Describe an HTTP session."""
    line = session.site.line if session.site is not None else 0
    return Session(session.number, session.door, session.requests, session.closed, line)


def stop_of(standstill: Standstill) -> Stop:
    """Describe a standstill."""
    return Stop(standstill.reason, standstill.time, [_waiter(stuck) for stuck in standstill.stuck[:_LEFT_LIMIT]])


def explored_of(found: Exploration, outcomes: list[Outcome]) -> Explored:
    """Describe a search, of whose `outcomes` maybe only the first have been described."""
    return Explored(
        outcomes=outcomes,
        kinds=len(found.outcomes),
        preemptions=found.preemptions,
        tried=found.tried,
        untried=found.untried,
        sampled=found.sampled,
        strayed=found.strayed,
    )


def outcome_of(schedule: Schedule, run: Run[bytes], *, count: int, replay: Replay | None = None) -> Outcome:
    """Describe what a schedule led to, and what its replay showed, if there was one.

    Args:
        schedule: which.
        run: what happened; its value is an encoded `Outcome` that tells result or error.
        count: how many schedules led to the same.
        replay: what the lines did.
    """
    if run.standstill is not None:
        told = Outcome("", 1, "stopped", stop=stop_of(run.standstill))
    elif run.value is not None:
        told = _OUTCOMES.decode(run.value)
    else:
        told = Outcome("", 1, "raised", error=raised(run.error or RuntimeError("it was stopped"), ""))
    told = msgspec.structs.replace(told, schedule=str(schedule), count=count)
    return told if replay is None else _with_steps(told, replay)


def _with_steps(told: Outcome, replay: Replay) -> Outcome:
    # The thread that begins the others loads the file and makes what they use, which is no part of the story.
    steps = [step for step in replay.steps if step.thread > 0][:_STEP_LIMIT]
    collision = replay.collision
    clash = None
    if collision is not None and collision.first in steps and collision.second in steps:
        # By identity: a line may run twice and do the same.
        places = {id(step): number for number, step in enumerate(steps)}
        clash = (clipped(collision.name, _NAME_LIMIT), places[id(collision.first)], places[id(collision.second)])
    events = happenings([event for event in replay.run.events if event.site is not None][:_STEP_LIMIT])
    return msgspec.structs.replace(told, steps=list(map(_step, steps)), events=events, clash=clash)


def _step(step: Step) -> ScheduledStep:
    uses = [
        Use(
            use.kind,
            clipped(use.name, _NAME_LIMIT),
            clipped(use.value, _NAME_LIMIT),
            use.place[0],
            clipped(use.place[1]),
        )
        for use in step.accesses[:_USE_LIMIT]
    ]
    return ScheduledStep(clipped(step.name, _NAME_LIMIT), step.line, uses, step.interrupted)


def raised(error: BaseException, watch: str, depth: int = 0) -> Raised:
    """Describe an exception, and the line of the file `watch` that it came from.

    Its class may be the submission's own, so nothing is asked of it but its text.
    """
    inner: list[Raised] = []
    if issubclass(type(error), BaseExceptionGroup) and depth < _GROUP_DEPTH:
        inner = [raised(item, watch, depth + 1) for item in _EXCEPTIONS.__get__(error)[:_GROUP_LIMIT]]
    kinds = [name_of_type(kind) for kind in _MRO.__get__(type(error))[:_BASES_LIMIT]]
    text = _said(error)
    return Raised(kind=kinds[0], kinds=kinds, text=text, place=_place(error, watch), inner=inner)


def _said(error: BaseException) -> str:
    try:
        if issubclass(type(error), SyntaxError):
            # Its own text is the message and the place, or the word None where nobody gave a message.
            return clipped(_SYNTAX["msg"].__get__(error) or "")
        return clipped(error)
    except SimulationStopped:
        raise
    except BaseException as inner:  # noqa: BLE001 - the submission's own __str__ may raise anything
        return f"(its text could not be had: {name_of_type(type(inner))})"


def _place(error: BaseException, watch: str) -> Place | None:
    if issubclass(type(error), SyntaxError):
        name, line = (_SYNTAX[part].__get__(error) for part in ("filename", "lineno"))
        if type(name) is str and name == watch:
            return Place(line, "") if type(line) is int and 0 < line < _LINE_LIMIT else None
    found = None
    for frame, line in traceback.walk_tb(_TRACEBACK.__get__(error)):
        if frame.f_code.co_filename == watch:
            found = Place(line, clipped(frame.f_code.co_qualname, _NAME_LIMIT))
    return found


# Read as the interpreter keeps them: a class may have properties of the same names.
_EXCEPTIONS: Any = vars(BaseExceptionGroup)["exceptions"]
_MRO: Any = vars(type)["__mro__"]
_TRACEBACK: Any = vars(BaseException)["__traceback__"]
_SYNTAX = vars(SyntaxError)


def _waiter(stuck: Stuck) -> Waiter:
    return Waiter(
        name=clipped(stuck.name, _NAME_LIMIT),
        kind=stuck.kind,
        detail=clipped(stuck.detail, _NAME_LIMIT),
        place=place_of(stuck.site),
        holder=None if stuck.holder is None else clipped(stuck.holder, _NAME_LIMIT),
        holder_place=place_of(stuck.holder_site),
        holder_done=stuck.holder_done,
    )


def _scalars(data: dict[str, Any]) -> dict[str, str | int | float | bool | None]:
    plain: dict[str, str | int | float | bool | None] = {}
    for key, value in data.items():
        plain[key] = value if value is None or type(value) in (bool, int, float) else clipped(value, _NAME_LIMIT)
    return plain
