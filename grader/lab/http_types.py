"""What an HTTP exercise takes and returns: the cases to send, and their results."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ApiCase:
    """One API call to make: a POST of JSON.

    Attributes:
        url: where to send it.
        headers: the headers to send with it; other cases have others.
        payload: what to send as the JSON body.
    """

    url: str
    headers: dict[str, str]
    payload: Any


@dataclass(frozen=True, slots=True)
class ApiResult:
    """What became of one API call.

    Attributes:
        status: the HTTP status of the answer, whatever it is; None if no answer came.
        body: the answer's body, parsed from JSON; None if no answer came.
        error: None if an answer came, else a text that says why not: the connection failed, or it took too long.
    """

    status: int | None
    body: Any
    error: str | None
