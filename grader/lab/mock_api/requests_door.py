"""The door for `requests`: its connections are replaced by `responses`, its sessions and errors are the real ones."""

from __future__ import annotations

import re
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

import responses
from requests import exceptions
from urllib3 import Timeout
from urllib3.connection import HTTPConnection
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError, ReadTimeoutError

from grader.lab.mock_api.details import body_of, headers_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from requests import PreparedRequest
    from requests.adapters import HTTPAdapter
    from requests.models import Response
    from responses import UnboundSend
    from urllib3 import HTTPConnectionPool, PoolManager

    from grader.lab.mock_api.exchange import Desk

_DOOR = "requests"


class UnservedRequestError(exceptions.ConnectionError):
    """No route serves the request. It is what a program sees that asks a host that isn't there."""


@contextmanager
def open_door(desk: Desk) -> Iterator[None]:
    """Let everything that is sent with `requests` arrive at `desk` until the block ends."""
    with _Mock(assert_all_requests_are_fired=False) as mock:
        mock.add(_AnyRequest(_Door(desk)))
        yield


_adapter: ContextVar[HTTPAdapter] = ContextVar("_adapter")


class _Mock(responses.RequestsMock):
    """Remembers which adapter, and thereby which session, a request is sent with; callbacks aren't told."""

    def unbound_on_send(self) -> UnboundSend:
        send = super().unbound_on_send()

        def send_with(adapter: HTTPAdapter, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:  # noqa: ANN401 - passed on
            token = _adapter.set(adapter)
            try:
                return send(adapter, request, *args, **kwargs)
            finally:
                _adapter.reset(token)

        return send_with


class _AnyRequest(responses.CallbackResponse):
    """Matches every request, so that the look-up is ours, the same for every door."""

    def __init__(self, door: _Door) -> None:
        super().__init__("ANY", re.compile(""), door.answer, content_type="application/json")

    def matches(self, request: PreparedRequest) -> tuple[bool, str]:  # noqa: ARG002 - the real signature
        return True, ""


class _Door:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def answer(self, request: Any) -> tuple[int, dict[str, str], bytes]:  # noqa: ANN401 - a PreparedRequest with req_kwargs
        """Answer a request after its latency, or raise what `requests` raises.

        Raises:
            requests.RequestException: the request isn't served, refused or timed out.
            ValueError: the time-out makes no sense.
        """
        adapter = _adapter.get()
        url, method = str(request.url), str(request.method)
        connect_timeout, timeout = _timeouts(request.req_kwargs.get("timeout"))
        pool = _Pool(adapter, url)
        session = self._desk.sessions.used(adapter, _DOOR, lambda: not len(adapter.poolmanager.pools))
        route = self._desk.find(method, url)
        if route is None:
            raise UnservedRequestError(self._desk.miss(method, url), request=request)
        details = {
            "method": method,
            "url": url,
            "headers": headers_of(request.headers.items()),
            **body_of(_bytes(request.body)),
            "timeout": timeout,
            "connect_timeout": connect_timeout,
            "door": _DOOR,
            "session": session,
        }
        with pool.connection(), self._desk.exchange(route, details) as exchange:
            seconds, ending = exchange.plan(connect_timeout if route.outcome == "refused" else timeout)
            self._desk.pause(seconds, f"an answer from {url}")
            if ending != "answer":
                exchange.why = ending
            if ending == "refused":
                raise _refused(request, pool.real())
            if ending == "timed out":
                raise _timed_out(request, pool.real(), seconds, connecting=route.outcome == "refused")
            status, body = exchange.answer()
        return status, {"Content-Length": str(len(body))}, body


def _timeouts(given: Any) -> tuple[float | None, float | None]:  # noqa: ANN401 - whatever the program passed
    """Return the seconds for connecting and for reading that a ``timeout=`` means; None is for ever."""
    if isinstance(given, tuple):
        try:
            connect, read = given
        except ValueError:
            # As the real adapter says it.
            msg = (
                f"Invalid timeout {given}. Pass a (connect, read) timeout tuple, "
                f"or a single float to set both timeouts to the same value."
            )
            raise ValueError(msg) from None
        given = Timeout(connect=connect, read=read)
    elif not isinstance(given, Timeout):
        given = Timeout(connect=given, read=given)
    timeout = given.clone()
    timeout.start_connect()
    return timeout.connect_timeout, timeout.read_timeout


class _Pool:
    """Where the real adapter keeps the connections to one host; closing the session empties all that it has.

    To make one takes a good part of the time of a request. So it is made where it is asked for anything; else something
    lies in its place.
    """

    def __init__(self, adapter: HTTPAdapter, url: str) -> None:
        self._manager: PoolManager = adapter.poolmanager
        self._url = url
        if not self._lets_wait:
            pools: Any = self._manager.pools
            pools[_KEPT] = _KEPT

    def real(self) -> HTTPConnectionPool:
        """Return it."""
        return self._manager.connection_from_url(self._url)

    @contextmanager
    def connection(self) -> Iterator[None]:
        """Hold one of its connections if it lets programs wait for a free one, as ``pool_block=True`` asks for."""
        if not self._lets_wait:
            yield
            return
        connections = self.real().pool
        assert connections is not None  # noqa: S101 - it isn't closed
        connection = connections.get()
        try:
            yield
        finally:
            connections.put(connection)

    @property
    def _lets_wait(self) -> bool:
        return bool(self._manager.connection_pool_kw.get("block"))


class _Kept:
    """Lies where a pool would."""

    def close(self) -> None:
        """Do nothing: there is no connection."""


_KEPT = _Kept()


def _connection_to(pool: HTTPConnectionPool) -> HTTPConnection:
    """Return a connection that is never made, for errors to name."""
    return HTTPConnection(pool.host, pool.port)


def _refused(request: PreparedRequest, pool: HTTPConnectionPool) -> exceptions.ConnectionError:
    text = "Failed to establish a new connection: [Errno 111] Connection refused"
    reason = NewConnectionError(_connection_to(pool), text)
    return exceptions.ConnectionError(MaxRetryError(pool, request.path_url, reason), request=request)


def _timed_out(
    request: PreparedRequest, pool: HTTPConnectionPool, seconds: float | None, *, connecting: bool
) -> exceptions.Timeout:
    if connecting:
        text = f"Connection to {pool.host} timed out. (connect timeout={seconds})"
        reason = MaxRetryError(pool, request.path_url, ConnectTimeoutError(_connection_to(pool), text))
        return exceptions.ConnectTimeout(reason, request=request)
    text = f"Read timed out. (read timeout={seconds})"
    return exceptions.ReadTimeout(ReadTimeoutError(pool, request.path_url, text), request=request)


def _bytes(body: Any) -> bytes:  # noqa: ANN401 - whatever requests accepts
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode()
    if isinstance(body, (bytes, bytearray)):
        return bytes(body)
    return b"".join(_bytes(chunk) for chunk in body)
