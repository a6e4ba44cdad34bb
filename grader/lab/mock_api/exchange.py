"""What every door does with a request: announce it, say how long it takes and how it ends, and record it."""

from __future__ import annotations

import json
import os
import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol
from urllib.parse import urlsplit

from grader.lab.mock_api.moment import is_stopping, now, student_site, whereabouts
from grader.lab.mock_api.sessions import SessionLog
from grader.lab.wire import MISREAD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grader.lab.mock_api.routes import Route, RouteTable
    from grader.simulation import Site

BODY_LIMIT = 65_536
"""Bytes of the longest body that is served: aioresponses can't serve longer ones with aiohttp 3.14."""

Ending = Literal["answer", "refused", "timed out"]
"""How a program's wait for an answer ends."""

Why = Literal["refused", "timed out", "cancelled", "disconnected", "broken", "stopped"]
"""Why a request ended without an answer; `Announcer.abandon` explains each."""

_CONFLICT = 409
_NO_PAYLOAD = {"error": "There is no answer to this request. Was it sent more than once?"}


class Announcer(Protocol):
    """Hears of each request as it begins and ends, and decides what it is answered.

    Outside a simulation requests come from several threads at once, and so do these calls.
    """

    def begin(self, key: str, details: dict[str, Any]) -> None:
        """Hear that a request has arrived, maybe not for the first time.

        Args:
            key: the route's.
            details: ``method``, ``url``, ``headers`` (names in lower case), ``json`` (the parsed body, or None),
                ``body`` (its text if it isn't JSON, else None), ``timeout`` and ``connect_timeout`` (after how many
                seconds the program gives up if no answer, or no connection, comes; None: never, or it can't be
                seen), ``door`` (``requests``, ``aiohttp`` or ``socket``) and ``session`` (its number; None for
                ``socket``).
        """

    def end(self, key: str) -> Any:  # noqa: ANN401 - any JSON value
        """Hear that the answer is due, and return its JSON body; None if there is none to give (status 409 is sent)."""

    def abandon(self, key: str, why: Why) -> None:
        """Hear that a request ended without an answer.

        Args:
            key: the route's.
            why: ``refused``, ``timed out``, ``cancelled``, ``disconnected`` (its session, or its connection, was
                closed meanwhile), ``broken`` (the server itself closed it) or ``stopped`` (the whole simulation was).
        """


class MockApiError(RuntimeError):
    """The mock API itself failed: not the fault of the program that sent the request."""


@dataclass(slots=True)
class Call:
    """One request that reached the mock API.

    Attributes:
        key: the route's.
        details: what the announcer was told of it.
        process: process id.
        thread: number of the simulated thread; without a simulation, the thread's identifier.
        task: number of the asyncio task, or None.
        site: the program's line that sent it, if known.
        in_flight: how many requests were in progress when it had begun, itself included.
        began: nanoseconds of simulated time.
        ended: the same; None while it is in progress.
        how: ``open``, ``answered``, why it wasn't (as the announcer was told), or ``failed``: the mock API itself did.
    """

    key: str
    details: dict[str, Any]
    process: int
    thread: int
    task: int | None
    site: Site | None
    in_flight: int
    began: int
    ended: int | None = None
    how: str = "open"


class Exchange:
    """A request that has begun, for the door that it came through."""

    def __init__(self, desk: Desk, route: Route, call: Call) -> None:
        """Take over a request that has been announced and recorded."""
        self._desk = desk
        self.route = route
        self.call = call
        self.why: Why = "stopped"
        """Why it ends, should the block be left by an exception from now on."""

    def plan(self, patience: float | None) -> tuple[float | None, Ending]:
        """Say for how long the program waits, and what for.

        Args:
            patience: seconds after which the program gives up, or None. An answer that comes exactly then has come.

        Returns:
            The seconds, None for ever; and how the wait ends.
        """
        due = None if self.route.outcome == "silent" else self.route.latency
        if patience is not None and (due is None or due > patience):
            return patience, "timed out"
        return due, "refused" if self.route.outcome == "refused" else "answer"

    def answer(self) -> tuple[int, bytes]:
        """End the request, and return status and JSON body of its answer.

        Raises:
            MockApiError: the announcer failed, or its payload can't be served.
        """
        desk = self._desk
        with desk.blaming(f"the answer to {self.route.key}"):
            payload = desk.announcer.end(self.route.key) if desk.is_open else None
            status = self.route.status
            if payload is None:
                status, payload = _CONFLICT, _NO_PAYLOAD
            body = json.dumps(payload, allow_nan=False).encode()
            if len(body) > BODY_LIMIT:
                msg = f"its body has {len(body)} bytes; the mock API serves up to {BODY_LIMIT}"
                raise ValueError(msg)
        desk.close(self.call, "answered")
        return status, body

    def abandon(self, why: Why) -> None:
        """End the request without an answer.

        Raises:
            MockApiError: the announcer failed.
        """
        desk = self._desk
        desk.close(self.call, why)
        if desk.is_open:
            with desk.blaming(f"the end of {self.route.key}"):
                desk.announcer.abandon(self.route.key, why)


def _is_cancellation(error: BaseException) -> bool:
    """Tell whether a task was cancelled; where asyncio has never been imported, none was."""
    asyncio = sys.modules.get("asyncio")
    return asyncio is not None and isinstance(error, asyncio.CancelledError)


class Desk:
    """Where the doors bring their requests.

    Attributes:
        announcer: told of everything, while the mock API is open.
        pause: lets a latency pass.
        calls: every request that a route serves, in order of arrival.
        unserved: in words, every request that no route serves, and what is no request.
        faults: in words, what went wrong in the mock API itself.
        sessions: the HTTP sessions that were seen.
        is_open: whether the mock API is open. Afterwards nothing is announced any more.
    """

    def __init__(
        self,
        table: RouteTable,
        announcer: Announcer,
        pause: Callable[[float | None, str], None],
        on_unserved: Callable[[str], None],
    ) -> None:
        """Take the routes to serve, and whom to tell; `MockApi` explains the rest."""
        self._table = table
        self.announcer = announcer
        self.pause = pause
        self._on_unserved = on_unserved
        self.calls: list[Call] = []
        self.unserved: list[str] = []
        self.faults: list[str] = []
        self.sessions = SessionLog()
        self.is_open = False
        self._in_flight = 0
        # Requests may come from several real threads, outside a simulation. Nothing waits while it is held.
        self._lock = threading.Lock()

    @property
    def routes(self) -> tuple[Route, ...]:
        """The routes that are served."""
        return self._table.routes

    def find(self, method: str, url: str) -> Route | None:
        """Return the route that serves a request, or None."""
        return self._table.find(method, url)

    def restart(self) -> None:
        """Forget every request and session, as before the first of them."""
        self._table.restart()
        self.calls.clear()
        self.sessions = SessionLog()
        self._in_flight = 0

    def miss(self, method: str, url: str) -> str:
        """Note a request that no route serves, and say so in words."""
        site = student_site()
        where = "" if site is None else f" (line {site.line})"
        text = f"Nothing answers {method.upper()} {url}{where}. Served are: {self._table.listed()}."
        self.unserved.append(text)
        self._on_unserved(text)
        return text

    def misread(self, url: str, why: str) -> str:
        """Note that what arrived at the server of `url` is no request, and say so in words."""
        parts = urlsplit(url)
        text = f"{MISREAD} {parts.scheme}://{parts.netloc}: {why}."
        self.unserved.append(text)
        return text

    @contextmanager
    def exchange(self, route: Route, details: dict[str, Any]) -> Iterator[Exchange]:
        """Announce and record a request from here to the end of the block."""
        exchange = self.begin(route, details)
        try:
            yield exchange
        except MockApiError:
            self.close(exchange.call, "failed")
            raise
        except BaseException as error:
            if _is_cancellation(error) and not is_stopping():
                exchange.why = "cancelled"
            exchange.abandon(exchange.why)
            raise

    def begin(self, route: Route, details: dict[str, Any]) -> Exchange:
        """Announce and record a request; its exchange is to be answered or abandoned.

        Raises:
            MockApiError: the announcer failed.
        """
        exchange = Exchange(self, route, self._record(route, details))
        try:
            with self.blaming(f"the beginning of {route.key}"):
                self.announcer.begin(route.key, details)
        except MockApiError:
            self.close(exchange.call, "failed")
            raise
        except BaseException:
            exchange.abandon("stopped")
            raise
        return exchange

    @contextmanager
    def blaming(self, what: str) -> Iterator[None]:
        """Turn any failure in the block into one of the mock API, and note it: programs may swallow it."""
        try:
            yield
        except Exception as error:
            text = f"The mock API failed in {what}: {type(error).__name__}: {error}"
            self.faults.append(text)
            raise MockApiError(text) from error

    def close(self, call: Call, how: str) -> None:
        """Record that a request is over."""
        with self._lock:
            self._in_flight -= 1
        call.ended = now()
        call.how = how

    def _record(self, route: Route, details: dict[str, Any]) -> Call:
        thread, task = whereabouts()
        with self._lock:
            self._in_flight += 1
            call = Call(route.key, details, os.getpid(), thread, task, student_site(), self._in_flight, now())
            self.calls.append(call)
        return call
