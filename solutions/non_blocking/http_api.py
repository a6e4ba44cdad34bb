"""Reference solution: one loop around one selector, and an object for each connection."""

import json
import selectors
import socket
import time
from collections.abc import Sequence
from urllib.parse import urlsplit

import h11

from grader.lab import ApiCase, ApiResult

_SECONDS_TO_ANSWER = 5


class _Call:
    """One request and its answer: what is still to be sent, and what has come so far."""

    def __init__(self, case: ApiCase) -> None:
        url = urlsplit(case.url)
        body = json.dumps(case.payload).encode()
        headers = {
            "Host": url.netloc,
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            **case.headers,
        }
        # h11 knows what bytes go over the wire and what those that come back mean. It never
        # touches a socket: that is this program's part.
        self._http = h11.Connection(h11.CLIENT)
        request = h11.Request(method="POST", target=url.path, headers=list(headers.items()))
        events = (request, h11.Data(data=body), h11.EndOfMessage())
        self._unsent = b"".join(self._http.send(event) or b"" for event in events)
        self._status = 0
        self._body = b""
        self.result: ApiResult | None = None
        self.deadline = time.monotonic() + _SECONDS_TO_ANSWER
        self.socket = socket.socket()
        self.socket.setblocking(False)
        # connect() would raise BlockingIOError to say that it has only begun; connect_ex() returns
        # a number instead. How it ended is known when the socket becomes writable.
        self.socket.connect_ex((url.hostname, url.port or 80))

    @property
    def interest(self) -> int:
        """What to watch the socket for: room to send while there is something to send, else data."""
        return selectors.EVENT_WRITE if self._unsent else selectors.EVENT_READ

    def go_on(self) -> None:
        """Do what the socket is ready for, and no more: the next call may have to wait."""
        try:
            if self._unsent:
                # send() takes as much as there is room for and tells how much that was. It is also
                # where a refused connection shows.
                self._unsent = self._unsent[self.socket.send(self._unsent) :]
            else:
                # No data means that the server has closed. h11 has to know that as well: it may be
                # how an answer ends, or how half an answer does.
                self._http.receive_data(self.socket.recv(65536))
                self._read_events()
        except (OSError, h11.RemoteProtocolError) as error:
            # Caught here, where one connection is served, a failure can't reach the others.
            self.fail(repr(error))

    def fail(self, error: str) -> None:
        """Give up."""
        self.result = ApiResult(None, None, error)

    def _read_events(self) -> None:
        # A piece may hold less than an event or more than one, so: all that there are. NEED_DATA
        # says that the rest is still to come, PAUSED that nothing more will.
        while (event := self._http.next_event()) not in (h11.NEED_DATA, h11.PAUSED):
            if isinstance(event, h11.Response):
                self._status = event.status_code
            elif isinstance(event, h11.Data):
                self._body += event.data
            elif isinstance(event, h11.EndOfMessage):
                # A 404 or a 500 is an answer like any other.
                self.result = ApiResult(self._status, json.loads(self._body), None)
                return


def send_all(cases: Sequence[ApiCase]) -> list[ApiResult]:
    """Send every case at the same time from one thread; return the results in case order.

    A case is sent exactly once, whatever becomes of it: over a connection of its own, a POST to
    `case.url` with the headers `case.headers` and with `case.payload` as its JSON body, in
    HTTP/1.1. The result of `cases[0]` comes first, whichever answer came first. Without cases the
    result is `[]`.

    All requests are in flight at the same time, and everything happens in the calling thread: it
    starts no other, also not by way of a library. The only calls that wait are those that watch
    over all the sockets that something is expected of: `select.select`, a selector, `poll` or the
    like. So no server that is slow to connect, to take a request or to answer holds up another
    case, and the call takes as long as the slowest of them. When it ends, every socket that it
    made is closed.

    Every answer is a result, whatever its HTTP status (404 and 500 too):
    `ApiResult(status, body, None)`, with the body parsed from JSON. It may come in any number of
    pieces, and its body may end in any way that HTTP/1.1 knows: after `Content-Length` bytes,
    after the last chunk, or with the connection. A server may keep the connection open after its
    answer.

    A request without a whole answer is a result as well: `ApiResult(None, None, error)`, where
    `error` is a text of your choice that isn't empty. This happens when the connection is refused,
    when it ends in the middle of the answer, and when the answer isn't complete 5 seconds after
    you began to connect: it isn't waited for any longer, give or take a tenth of a second. None of
    these raises an error, and none changes the result of another case.
    """
    calls: list[_Call] = []
    try:
        with selectors.DefaultSelector() as selector:
            # Connecting only begins here, so all connections are made at the same time.
            for case in cases:
                calls.append(_Call(case))
                selector.register(calls[-1].socket, calls[-1].interest, calls[-1])
            _run(selector)
    finally:
        # However it ends: closing twice does no harm.
        for call in calls:
            call.socket.close()
    return [call.result for call in calls if call.result is not None]


def _run(selector: selectors.BaseSelector) -> None:
    # What has its result is taken out of the selector, so that is empty when all have.
    while waiting := selector.get_map():
        deadline = min(key.data.deadline for key in waiting.values())
        # The only place that waits: until any socket is ready, or the first call is out of time.
        for key, _ in selector.select(max(0, deadline - time.monotonic())):
            key.data.go_on()
        now = time.monotonic()
        for key in list(waiting.values()):
            call: _Call = key.data
            # What came in the last moment has been read by now, so it counts.
            if call.result is None and call.deadline <= now:
                call.fail(f"no answer within {_SECONDS_TO_ANSWER} s")
            if call.result is None:
                selector.modify(call.socket, call.interest, call)
            else:
                selector.unregister(call.socket)
                call.socket.close()
