"""Send many HTTP API calls over non-blocking sockets, all at once, from one thread.

README.md in this folder explains the idea and numbers the tasks; HINTS.md has hints for each.
Replace the `raise NotImplementedError(...)` with your own code, and add the imports you need.
"""

from collections.abc import Sequence

from grader.lab import ApiCase, ApiResult


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
    # TODO 2: have all of them in flight at once; wait only where all sockets are watched.
    # TODO 3: put answers together that come in pieces, with and without a Content-Length.
    # TODO 4: turn refused connections, half answers and silence into results; close every socket.
    raise NotImplementedError("TODO 1: connect, send each request, return the results in case order")
