"""The door for sockets: each route is a server of its own in the simulated network, and speaks HTTP/1.1 by `h11`.

The servers are services of the network: no thread, no socket, nothing in the program's trace. What they do, they do at
once when the program does its part, or by alarms of the scheduler.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import h11

from grader.lab.mock_api.details import body_of, headers_of
from grader.lab.mock_api.exchange import MockApiError
from grader.lab.mock_api.moment import call_later, is_stopping, now
from grader.lab.wire import INTERVAL
from grader.simulation import active, network
from grader.simulation._clock import nanoseconds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grader.lab.mock_api.exchange import Desk, Exchange
    from grader.lab.mock_api.routes import Route
    from grader.lab.wire import Wire
    from grader.simulation._states import Alarm
    from grader.simulation.network import Connection

_DOOR = "socket"

_EARLY = 96
"""Bytes of an answer's body that come ahead of the payload, which is had at the end: space, as JSON allows."""

PIECED_LIMIT = 1024
"""Bytes of the longest body that comes in pieces with its length told first: the length of all such bodies."""

_PADDING = b" "
_HALF = b'{"receipt": "'


@contextmanager
def open_door(desk: Desk) -> Iterator[None]:
    """Let the routes' servers be reached until the simulation ends; when the block ends, they fall silent.

    Raises:
        MockApiError: no simulation is running, and so there is no network for them.
    """
    if active() is None:
        msg = "routes with a wire are served in a simulation only"
        raise MockApiError(msg)
    for route in desk.routes:
        if route.wire is not None:
            _listen(desk, route, route.wire)
    yield


def _listen(desk: Desk, route: Route, wire: Wire) -> None:
    parts = urlsplit(route.url)

    def accept(connection: Connection) -> None:
        _Visit(desk, route, wire, connection)

    def refused() -> None:
        _note_refusal(desk, route)

    service = network.Service(
        None if route.outcome == "refused" else accept,
        refused,
        delay=nanoseconds(wire.connect),
        capacity=wire.takes or network.DEFAULT_BUFFER,
    )
    network.current().serve((parts.hostname, parts.port or 80), service)


def _note_refusal(desk: Desk, route: Route) -> None:
    """Announce a request that can't be sent, as nobody listens: it begins and ends in the same moment."""
    if not desk.is_open:
        return
    details = _details(route.method, route.url, {}, b"")
    try:
        desk.begin(route, details).abandon("refused")
    except MockApiError:
        # It is on record, and the program is refused all the same.
        return


def _details(method: str, url: str, headers: dict[str, str], body: bytes) -> dict[str, object]:
    return {
        "method": method,
        "url": url,
        "headers": headers,
        **body_of(body),
        "timeout": None,
        "connect_timeout": None,
        "door": _DOOR,
        "session": None,
    }


class _Visit:
    """One connection to a server: the requests that come by it, one after another, and their answers."""

    def __init__(self, desk: Desk, route: Route, wire: Wire, connection: Connection) -> None:
        self._desk = desk
        self._route = route
        self._wire = wire
        self._connection = connection
        self._protocol = h11.Connection(h11.SERVER)
        self._request: h11.Request | None = None
        self._body = bytearray()
        self._since: int | None = None
        self._exchange: Exchange | None = None
        self._alarms: list[Alarm] = []
        self._is_taking = False
        self._at_end = False
        connection.on_change = lambda: self._act(self._changed)

    # The request

    def _changed(self) -> None:
        if self._connection.client_closed:
            self._leave()
            return
        if self._connection.unread and self._since is None:
            self._since = now()
        if not self._wire.takes:
            self._take()
        elif not self._is_taking and (self._connection.unread or self._connection.at_end):
            self._is_taking = True
            self._later(nanoseconds(INTERVAL), self._take)

    def _leave(self) -> None:
        """Note that the client has gone."""
        for alarm in self._alarms:
            alarm.cancel()
        exchange, self._exchange = self._exchange, None
        if exchange is not None:
            exchange.abandon("stopped" if is_stopping() else "disconnected")

    def _take(self) -> None:
        self._is_taking = False
        data = self._connection.read()
        if data:
            self._protocol.receive_data(data)
        if self._connection.at_end and not self._at_end:
            self._at_end = True
            self._protocol.receive_data(b"")
        self._understand()

    def _understand(self) -> None:
        try:
            while self._exchange is None and self._understand_one():
                pass
        except h11.RemoteProtocolError as error:
            self._protest(error)

    def _understand_one(self) -> bool:
        """Understand what comes next, and tell whether there may be more."""
        event = self._protocol.next_event()
        if isinstance(event, h11.Request):
            self._request = event
            self._body.clear()
        elif isinstance(event, h11.Data):
            self._body += event.data
        elif isinstance(event, h11.EndOfMessage) and self._request is not None:
            self._begin(self._request)
        elif isinstance(event, h11.ConnectionClosed):
            self._hang_up()
            return False
        return event is not h11.NEED_DATA and event is not h11.PAUSED

    def _begin(self, request: h11.Request) -> None:
        method, target = request.method.decode("ascii"), request.target.decode("latin-1")
        url = target if "://" in target else f"http://{urlsplit(self._route.url).netloc}{target}"
        route = self._desk.find(method, url)
        if route is None:
            self._reply(HTTPStatus.NOT_FOUND, json.dumps({"error": self._desk.miss(method, url)}).encode())
            return
        details = _details(method, url, headers_of(request.headers), bytes(self._body))
        self._exchange = self._desk.begin(route, details)
        self._plan(self._exchange, (now() if self._since is None else self._since) + nanoseconds(route.latency))

    def _protest(self, error: h11.RemoteProtocolError) -> None:
        """Answer what is no request of HTTP/1.1, and close the connection."""
        text = self._desk.misread(self._route.url, str(error))
        if self._protocol.our_state in {h11.IDLE, h11.SEND_RESPONSE}:
            body = json.dumps({"error": text}).encode()
            self._connection.write(self._head(error.error_status_hint, len(body)) + self._data(body) + self._end())
        self._hang_up()

    def _hang_up(self) -> None:
        """Close the connection when everything has been sent; what the client still does is of no interest."""
        self._connection.on_change = _do_nothing
        self._connection.close()

    # The answer

    def _plan(self, exchange: Exchange, due: int) -> None:
        """Set the alarms for the answer, whose last piece is due at an instant, or now if that is over."""
        wait = max(0, due - now())
        if self._route.outcome == "silent":
            if self._wire.pieces > 1:
                self._plan_early_pieces(wait)
        elif self._route.outcome == "broken":
            self._later(wait, lambda: self._break(exchange))
        elif self._wire.pieces == 1 or self._is_bodiless(self._route.status):
            self._later(wait, lambda: self._answer(exchange))
        else:
            self._plan_early_pieces(wait)
            self._later(wait, lambda: self._answer_rest(exchange))

    def _plan_early_pieces(self, wait: int) -> None:
        """Set the alarms for all pieces but the last."""
        length = PIECED_LIMIT if self._wire.framing == "length" else None
        early = self._head(self._route.status, length) + self._data(_PADDING * _EARLY)
        pieces = self._wire.pieces
        for number, piece in enumerate(_split(early, pieces - 1), 1):
            self._later(wait * number // pieces, partial(self._connection.write, piece))

    def _answer(self, exchange: Exchange) -> None:
        status, body = exchange.answer()
        if self._is_bodiless(status):
            body = b""
        self._reply(status, body)

    def _answer_rest(self, exchange: Exchange) -> None:
        _, body = exchange.answer()
        if self._wire.framing == "length":
            with self._desk.blaming(f"the answer to {exchange.route.key}"):
                if len(body) > PIECED_LIMIT - _EARLY:
                    msg = f"its body has {len(body)} bytes; in pieces there is room for {PIECED_LIMIT - _EARLY}"
                    raise ValueError(msg)
            body = body.ljust(PIECED_LIMIT - _EARLY, _PADDING)
        self._finish(self._data(body) + self._end())

    def _break(self, exchange: Exchange) -> None:
        """Close the connection in the middle of the answer's body."""
        length = PIECED_LIMIT if self._wire.framing == "length" else None
        self._exchange = None
        exchange.abandon("broken")
        self._connection.write(self._head(self._route.status, length) + self._data(_HALF))
        self._hang_up()

    def _reply(self, status: int, body: bytes) -> None:
        length = len(body) if self._wire.framing == "length" else None
        self._finish(self._head(status, length) + self._data(body) + self._end())

    def _finish(self, last: bytes) -> None:
        self._exchange = self._since = None
        self._alarms.clear()
        self._connection.write(last)
        if self._protocol.our_state is h11.DONE:
            self._protocol.start_next_cycle()
            self._understand()
        else:
            self._hang_up()

    def _is_bodiless(self, status: int) -> bool:
        is_head = self._request is not None and self._request.method == b"HEAD"
        return is_head or status in {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED}

    def _head(self, status: int, length: int | None) -> bytes:
        """Return status line and headers, with the body's length if it is told beforehand."""
        headers = [("Content-Type", "application/json")]
        if length is not None:
            headers.append(("Content-Length", str(length)))
        elif self._wire.framing == "close":
            # To clients of HTTP/1.0, h11 tells the end of a body by closing.
            self._protocol.their_http_version = b"1.0"
        return self._sent(h11.Response(status_code=status, headers=headers, reason=_reason(status)))

    def _data(self, data: bytes) -> bytes:
        return self._sent(h11.Data(data=data))

    def _end(self) -> bytes:
        return self._sent(h11.EndOfMessage())

    def _sent(self, event: h11.Event) -> bytes:
        return self._protocol.send(event) or b""

    # Time

    def _later(self, delay: int, function: Callable[[], None]) -> None:
        self._alarms.append(call_later(delay, lambda: self._act(function)))

    def _act(self, function: Callable[[], None]) -> None:
        """Do something, while the API is open. What fails is on record; the program sees the connection closed."""
        if not self._desk.is_open:
            return
        try:
            function()
        except MockApiError:
            self._exchange = None
            self._hang_up()


def _do_nothing() -> None:
    """Take no notice."""


def _split(data: bytes, number: int) -> list[bytes]:
    """Cut bytes into parts of equal length, but for rounding."""
    return [data[len(data) * part // number : len(data) * (part + 1) // number] for part in range(number)]


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
