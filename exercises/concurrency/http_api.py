"""Send many HTTP API calls with requests, a few at a time, from several threads.

README.md in this folder explains the idea and numbers the tasks; HINTS.md has hints for each.
Replace the `raise NotImplementedError(...)` with your own code, and add the imports you need.
"""

from collections.abc import Sequence

from grader.lab import ApiCase, ApiResult


def send_all(cases: Sequence[ApiCase], max_workers: int = 8) -> list[ApiResult]:
    """Send every case, up to `max_workers` at the same time; return the results in case order.

    A case is sent exactly once, whatever becomes of it: a POST to `case.url` with the headers
    `case.headers` and with `case.payload` as its JSON body. The result of `cases[0]` comes first,
    whichever answer came first. Without cases the result is `[]`.

    `max_workers` is the largest number of requests in flight at the same time, 1 or more. There
    are always as many in flight as it allows: when one request ends, the next begins at once. The
    requests begin in case order. When the call ends, no thread that it started is still running.

    Every answer is a result, whatever its HTTP status (404 and 500 too):
    `ApiResult(status, body, None)`, with the body parsed from JSON. A request without an answer is
    a result as well: `ApiResult(None, None, error)`, where `error` is a text of your choice that
    isn't empty. This happens when the connection fails, and when a server hasn't answered within
    5 seconds: it isn't waited for any longer. The 5 seconds begin when the request is sent; a
    case's wait for its turn doesn't count. Neither of these raises an error, and neither changes
    the result of another case.
    """
    # TODO 2: send up to `max_workers` of them at the same time, from threads that all end.
    # TODO 3: turn connection errors and time-outs into results.
    raise NotImplementedError("TODO 1: send each case; return the results in case order")
