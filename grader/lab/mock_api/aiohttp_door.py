"""The door for `aiohttp`: a session's way to the network is replaced by `aioresponses`; the rest of it is real."""

from __future__ import annotations

import asyncio
import errno
import functools
import inspect
from contextlib import contextmanager
from contextvars import ContextVar
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast
from unittest import mock
from weakref import WeakKeyDictionary

import aiohttp
from aiohttp.payload import JsonPayload, Payload
from aioresponses import CallbackResult, aioresponses
from aioresponses.core import RequestMatch

from grader.lab.mock_api.aiohttp_limits import Limits
from grader.lab.mock_api.connections import Connections
from grader.lab.mock_api.details import body_of, headers_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yarl import URL

    from grader.lab.mock_api.exchange import Desk
    from grader.lab.mock_api.routes import Route

_DOOR = "aiohttp"


class UnservedRequestError(aiohttp.ClientConnectionError):
    """No route serves the request. It is what a program sees that asks a host that isn't there."""


@contextmanager
def open_door(desk: Desk) -> Iterator[None]:
    """Let everything that is sent with `aiohttp` arrive at `desk` until the block ends."""
    with _Mock(_Door(desk)), _noticed_sessions(desk):
        yield


@contextmanager
def _noticed_sessions(desk: Desk) -> Iterator[None]:
    """Note each session as it is made: one that is never used can be left open as well."""
    real = aiohttp.ClientSession.__init__

    @functools.wraps(real)
    def init(session: aiohttp.ClientSession, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - passed on
        real(session, *args, **kwargs)
        desk.sessions.made(session, _DOOR, lambda: session.closed)

    with mock.patch.object(aiohttp.ClientSession, "__init__", init):
        yield


_real_request: Any = vars(aiohttp.ClientSession)["_request"]
_SIGNATURE = inspect.signature(_real_request)

_session: ContextVar[aiohttp.ClientSession] = ContextVar("_session")


class _Mock(aioresponses):
    """Remembers which session a request is sent with; callbacks aren't told.

    `_request_mock` is what takes the place of the session's method, and so the only one that gets the session. `match`
    is what it asks for the response; it is answered here, so that the look-up is ours, the same for every door.
    """

    def __init__(self, door: _Door) -> None:
        super().__init__()
        self._door = door

        @functools.wraps(_real_request)
        async def request(
            session: aiohttp.ClientSession,
            method: str,
            url: URL | str,
            *args: Any,  # noqa: ANN401 - passed on
            **kwargs: Any,  # noqa: ANN401 - passed on
        ) -> aiohttp.ClientResponse:
            _SIGNATURE.bind(session, method, url, *args, **kwargs)
            return await self._request_mock(session, method, url, *args, **kwargs)

        # Its own patcher makes a mock after the method's example, each time: that takes longer than many a run.
        self.patcher: Any = mock.patch.object(aiohttp.ClientSession, "_request", request)

    async def _request_mock(
        self,
        orig_self: aiohttp.ClientSession,
        method: str,
        url: URL | str,
        *args: Any,  # noqa: ANN401 - passed on
        **kwargs: Any,  # noqa: ANN401 - passed on
    ) -> aiohttp.ClientResponse:
        # Never reset: each task has a context of its own, and one that is thrown away half-done is closed in another.
        _session.set(orig_self)
        return await super()._request_mock(orig_self, method, url, *args, **kwargs)

    async def match(
        self,
        method: str,
        url: URL,
        allow_redirects: bool = True,  # noqa: ARG002, FBT001, FBT002 - the real signature; no route redirects
        **kwargs: Any,  # noqa: ANN401 - the options of the request
    ) -> aiohttp.ClientResponse:
        session = _session.get()

        async def answer(_url: URL, **_kwargs: object) -> CallbackResult:
            return await self._door.answer(session, method.upper(), url, kwargs)

        response = await RequestMatch(url, method, callback=answer).build_response(url, **kwargs)
        return cast("aiohttp.ClientResponse", response)


class _Door:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._connections: WeakKeyDictionary[aiohttp.BaseConnector, Connections] = WeakKeyDictionary()

    async def answer(
        self, session: aiohttp.ClientSession, method: str, url: URL, options: dict[str, Any]
    ) -> CallbackResult:
        """Answer a request after its latency, or raise what `aiohttp` raises.

        Raises:
            aiohttp.ClientError: the request isn't served, refused or timed out.
            TimeoutError: its total time is used up.
            ValueError: both ``data`` and ``json`` are given.
        """
        request = _request(session, method, url, options)
        body = await request.body.as_bytes() if isinstance(request.body, Payload) else b""
        limits = Limits(options.get("timeout", session.timeout))
        number = self._desk.sessions.used(session, _DOOR, lambda: session.closed)
        route = self._desk.find(method, str(url))
        if route is None:
            raise UnservedRequestError(self._desk.miss(method, str(url)))
        details = {
            "method": method,
            "url": str(url),
            "headers": headers_of(request.headers.items()),
            **body_of(body),
            "timeout": limits.timeout,
            "connect_timeout": limits.connect_timeout,
            "door": _DOOR,
            "session": number,
        }
        connections = self._connections_of(session)
        await limits.take(connections, url)
        try:
            return await self._exchange(route, details, request, limits)
        finally:
            connections.give_back(url.origin())

    async def _exchange(
        self, route: Route, details: dict[str, Any], request: aiohttp.ClientRequest, limits: Limits
    ) -> CallbackResult:
        loop = asyncio.get_running_loop()
        with self._desk.exchange(route, details) as exchange:
            patience, error = limits.patience(request.url, connecting=route.outcome == "refused")
            seconds, ending = exchange.plan(patience)
            if seconds is None:
                await loop.create_future()
            else:
                await asyncio.sleep(seconds)
            if ending != "answer":
                exchange.why = ending
            if ending == "refused":
                refusal = f"Connect call failed ('{request.host}', {request.port})"
                os_error = ConnectionRefusedError(errno.ECONNREFUSED, refusal)
                raise aiohttp.ClientConnectorError(request.connection_key, os_error) from os_error
            if ending == "timed out":
                raise error
            if request.session.closed:
                # The real one fails so as well, and already at the moment of closing.
                exchange.why = "disconnected"
                raise aiohttp.ServerDisconnectedError
            status, body = exchange.answer()
        return CallbackResult(
            method=request.method,
            status=status,
            body=body,
            headers={"Content-Length": str(len(body))},
            reason=_reason(status),
            response_class=functools.partial(_response, loop, request.session),  # type: ignore[arg-type] # a factory does
        )

    def _connections_of(self, session: aiohttp.ClientSession) -> Connections:
        # Only a closed session has none, and that one didn't get this far.
        connector = cast("aiohttp.BaseConnector", session.connector)
        return self._connections.setdefault(connector, Connections(connector))


def _request(session: aiohttp.ClientSession, method: str, url: URL, options: dict[str, Any]) -> aiohttp.ClientRequest:
    """Make the request that the session would make, never to send it: it knows the exact headers and body."""
    data, json = options.get("data"), options.get("json")
    if data is not None and json is not None:
        msg = "data and json parameters can not be used at the same time"
        raise ValueError(msg)
    if json is not None:
        data = JsonPayload(json, dumps=session.json_serialize)
    cookies = session.cookie_jar.filter_cookies(url)
    cookies.load(dict(options.get("cookies") or {}))
    skipped = {*session.skip_auto_headers, *(options.get("skip_auto_headers") or ())}
    return aiohttp.ClientRequest(
        method,
        url,
        headers=options.get("headers"),
        skip_auto_headers=skipped,
        data=data,
        cookies=cookies,
        auth=options.get("auth") or session.auth,
        chunked=options.get("chunked"),
        loop=asyncio.get_running_loop(),
        session=session,
    )


class _NothingSent:
    """Stands in for the writer that aiohttp 3.14 asks how much of the request it has sent."""

    output_size = 0


_ASKS_FOR_WRITER = "stream_writer" in inspect.signature(aiohttp.ClientResponse).parameters


def _response(
    loop: asyncio.AbstractEventLoop,
    session: aiohttp.ClientSession,
    method: str,
    url: URL,
    /,
    **options: Any,  # noqa: ANN401 - passed on
) -> aiohttp.ClientResponse:
    """Make the response as aioresponses does, for the real loop and session, and on aiohttp 3.14 too."""
    options.update(loop=loop, session=session)
    if _ASKS_FOR_WRITER:
        options["stream_writer"] = _NothingSent()
    return aiohttp.ClientResponse(method, url, **options)


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
