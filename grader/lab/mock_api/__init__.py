"""A mock HTTP API for programs that use `requests`, `aiohttp` or sockets, in simulated time.

`MockApi` holds the routes and is open within a ``with`` block. An `Announcer` hears of each request as it begins and
ends, and decides what it is answered.
"""

from __future__ import annotations

from grader.lab.mock_api.api import MockApi
from grader.lab.mock_api.exchange import BODY_LIMIT, Announcer, Call, MockApiError
from grader.lab.mock_api.routes import Outcome, Route
from grader.lab.mock_api.sessions import Session

__all__ = [
    "BODY_LIMIT",
    "Announcer",
    "Call",
    "MockApi",
    "MockApiError",
    "Outcome",
    "Route",
    "Session",
]
