"""Send many HTTP API calls from one event loop with aiohttp.

README.md in this folder explains the idea and numbers the tasks; HINTS.md has hints for each.
Replace the `raise NotImplementedError(...)` with your own code, and add the imports you need.
"""

from collections.abc import Sequence

from grader.lab import ApiCase, ApiResult


async def send_all(cases: Sequence[ApiCase], limit: int | None = None) -> list[ApiResult]:
    """Send every case at the same time from one event loop; return the results in case order.

    A case is sent exactly once: a POST to `case.url` with the headers `case.headers` and with
    `case.payload` as its JSON body. All requests go through one `aiohttp.ClientSession`, which is
    closed when `send_all` ends, however it ends. Without cases the result is `[]`.

    `limit` is the largest number of requests in flight at the same time, 1 or more; `None` means
    that all are. There are always as many in flight as `limit` allows: when one request ends, the
    next begins at once. The event loop is never blocked, so that its other tasks go on meanwhile.

    Every answer is a result, whatever its HTTP status (404 and 500 too):
    `ApiResult(status, body, None)`, with the body parsed from JSON. A request without an answer is
    a result as well: `ApiResult(None, None, error)`, where `error` is a text of your choice that
    isn't empty. This happens when the connection fails, and when a server hasn't answered within
    5 seconds: it isn't waited for any longer. The 5 seconds begin when the request is sent; a
    case's wait for its turn doesn't count. Neither of these raises an error, and neither changes
    the result of another case.

    When the call is cancelled: give up all requests at once, close the session, and let
    `asyncio.CancelledError` out. However the call ends, no task of it is left behind.
    """
    # TODO 2: send them at the same time, but never more than `limit` of them.
    # TODO 3: turn connection errors and time-outs into results.
    # TODO 4: when the call is cancelled, leave no request, no task and no session open.
    raise NotImplementedError("TODO 1: send each case; return the results in case order")
