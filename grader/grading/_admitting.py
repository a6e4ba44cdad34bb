"""Letting in what a worker says, in the form alone in which an honest one says it.

Whatever gets past here is judged by expectations, which rely on that form. Something else would make them fail in ways
that look like the grader's own fault, and that costs a student nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import msgspec

from grader.lab.json_lines import DEPTH_LIMIT, TOO_DEEP, MalformedError, check_depth, may_be_deep
from grader.lab.observation import Observation  # noqa: TC001 - msgspec reads the annotations

if TYPE_CHECKING:
    from grader.lab.observation import Explored, Happening, Place, Raised, Stop

_LARGEST = 1 << 62
_WORDS_LIMIT = 200
_SCHEDULE = re.compile(r"\d\.\d{1,3}/[\d:,w]{1,100}|\d\.\d{1,3}/default")

_Message = TypeVar("_Message")


class Announcement(msgspec.Struct, forbid_unknown_fields=True):
    """Anything that a worker says before its answer.

    Attributes:
        do: what it is about.
        key: which job or request.
        details: what it tells of that.
        text: what went wrong, of a ``fault``.
    """

    do: Literal["ready", "begin", "end", "abandon", "note", "fault"]
    key: str = ""
    details: dict[str, Any] = {}
    text: str = ""


class _Answer(msgspec.Struct, forbid_unknown_fields=True):
    do: Literal["answer"]
    observation: Observation


class _Details(msgspec.Struct):
    """What details hold, as far as anybody looks at them."""

    time: int = 0
    thread: int = 0
    task: int | None = None
    session: int | None = None
    event: str = ""
    why: str = ""
    method: str | None = None
    url: str | None = None
    body: str | None = None
    headers: dict[str, str] = {}
    timeout: float | None = None
    connect_timeout: float | None = None
    door: str | None = None


# Made before there are threads: msgspec looks at a type when it first meets it, and another thread that meets the type
# meanwhile finds half of what it needs, which ends the process.
_ANNOUNCEMENTS = msgspec.json.Decoder(Announcement)
_ANSWERS = msgspec.json.Decoder(_Answer)
msgspec.convert({}, _Details)


def is_answer(line: bytes) -> bool:
    """Tell whether a line claims to be the answer."""
    return line.startswith(b'{"do":"answer"')


def admit_announcement(line: bytes) -> Announcement:
    """Decode an announcement.

    Raises:
        MalformedError: it is none.
    """
    announcement = _decoded(line, _ANNOUNCEMENTS)
    try:
        details = msgspec.convert(announcement.details, _Details)
    except msgspec.ValidationError as error:
        raise MalformedError(_words(error)) from None
    _check_numbers(details.time, details.thread, details.task, details.session)
    if may_be_deep(line):
        check_depth(announcement.details)
    return announcement


def admit_observation(line: bytes) -> Observation:
    """Decode an answer.

    Raises:
        MalformedError: it is none.
    """
    observation = _decoded(line, _ANSWERS).observation
    check_depth(observation.value)
    _check_plain(observation.value)
    _check_numbers(observation.elapsed, observation.dropped)
    _check_events(observation.events)
    _check_stop(observation.stop)
    _check_numbers(*(left.line for left in observation.left), *(item.requests for item in observation.sessions))
    _check_place(observation.place)
    _check_error(observation.error)
    if observation.explored is not None:
        _check_explored(observation.explored)
    return observation


def _check_explored(explored: Explored) -> None:
    for outcome in explored.outcomes:
        check_depth(outcome.value)
        _check_plain(outcome.value)
        _check_error(outcome.error)
        _check_stop(outcome.stop)
        _check_events(outcome.events)
        if not _SCHEDULE.fullmatch(outcome.schedule):
            msg = "it names a schedule that is none"
            raise MalformedError(msg)


def _decoded(line: bytes, decoder: msgspec.json.Decoder[_Message]) -> _Message:
    try:
        return decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise MalformedError(_words(error)) from None
    except RecursionError:
        raise MalformedError(TOO_DEEP) from None


def _check_plain(value: Any) -> None:  # noqa: ANN401 - any JSON value
    """Check what stands for something that JSON has no word for; see `grader.lab.plain`."""
    if isinstance(value, dict):
        if "$" in value:
            _check_special(value)
        for item in value.values():
            _check_plain(item)
    elif isinstance(value, list):
        for item in value:
            _check_plain(item)


def _check_special(value: dict[str, Any]) -> None:
    match value:
        case {"$": "opaque", "type": str(), **rest} if not rest:
            return
        case {"$": "tuple", "items": list(), **rest} if not rest:
            return
        case {"$": "bytes", "text": str(text), **rest} if not rest and all(character <= "\xff" for character in text):
            return
        case {"$": "result", "fields": [_, _, _], **rest} if not rest:
            return
    msg = "it returned something that there is no such thing as"
    raise MalformedError(msg)


def _check_events(events: list[Happening]) -> None:
    for event in events:
        began = event.data.get("began", 0)
        if type(began) is not int:
            msg = "an event began at no time"
            raise MalformedError(msg)
        _check_numbers(event.time, event.thread, event.task, began)
        _check_place(event.place)


def _check_stop(stop: Stop | None) -> None:
    if stop is not None:
        _check_numbers(stop.time)
        for waiter in stop.waiters:
            _check_place(waiter.place)
            _check_place(waiter.holder_place)


def _check_error(error: Raised | None) -> None:
    level = [] if error is None else [error]
    for _ in range(DEPTH_LIMIT):
        if not level:
            return
        for item in level:
            _check_place(item.place)
        level = [inner for item in level for inner in item.inner]
    raise MalformedError(TOO_DEEP)


def _check_place(place: Place | None) -> None:
    if place is not None:
        _check_numbers(place.line)


def _check_numbers(*numbers: int | None) -> None:
    for number in numbers:
        if number is not None and not 0 <= number <= _LARGEST:
            msg = "a number in it is out of range"
            raise MalformedError(msg)


def _words(error: Exception) -> str:
    return str(error)[:_WORDS_LIMIT] or type(error).__name__
