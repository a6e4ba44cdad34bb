"""What processes may say to the judge, in the form alone in which honest ones say it."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from grader.lab.json_lines import MalformedError, check_depth
from grader.lab.observation import Number  # noqa: TC001 - msgspec reads the annotations

_TEXT_LIMIT = 300
_LONGEST_WAIT = 1e6


class Details(msgspec.Struct, forbid_unknown_fields=True):
    """What is said of a begin or an end; `grader.lab.mock_api.Announcer` explains most of it."""

    method: str | None = None
    url: str | None = None
    headers: dict[str, str] = {}
    json: Any = None
    body: str | None = None
    timeout: float | None = None
    connect_timeout: float | None = None
    door: str | None = None
    session: int | None = None
    event: str = ""
    why: Literal["", "refused", "timed out", "cancelled", "disconnected", "stopped"] = ""
    time: int = 0


class Saying(msgspec.Struct, forbid_unknown_fields=True):
    """One message.

    Attributes:
        do: ``hello`` (the process that calls the student's function), ``begin``, ``end`` and ``abandon`` of a job,
            ``note`` (the call is over), ``place`` (where the caller waits), ``unserved`` (a request that no route
            serves).
        key: which job.
        details: what is said of it.
        line: of the submission, for a place.
        text: the function that holds the line, or the request in words.
        call: what the line called.
    """

    do: Literal["hello", "begin", "end", "abandon", "note", "place", "unserved"]
    key: str = ""
    details: Details = msgspec.field(default_factory=Details)
    line: Number = 0
    text: str = ""
    call: str = ""


_SAYINGS = msgspec.json.Decoder(Saying)
"""Made before there are threads, which must not meet the type for the first time: msgspec has no lock for that."""


def understand(line: bytes) -> Saying:
    """Decode a message.

    Raises:
        MalformedError: it is none.
    """
    try:
        said = _SAYINGS.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedError(str(error)[:_TEXT_LIMIT]) from None
    check_depth(said.details.json)
    said.text, said.call = said.text[:_TEXT_LIMIT], said.call[:_TEXT_LIMIT]
    return said


def nanoseconds(seconds: float | None) -> int | None:
    """Return a time-out that somebody gave in nanoseconds; None for one that never comes."""
    return None if seconds is None or seconds > _LONGEST_WAIT else max(0, round(seconds * 1e9))
