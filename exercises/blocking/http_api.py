"""Send many HTTP API calls with requests, one after another, over one session.

README.md in this folder explains the idea and numbers the tasks; HINTS.md has hints for each.
Replace the `raise NotImplementedError(...)` with your own code, and add the imports you need.
"""

from collections.abc import Sequence

from grader.lab import ApiCase, ApiResult


def send_all(cases: Sequence[ApiCase], timeout: float = 5.0) -> list[ApiResult]:
    """Send the cases one after another with `requests`; return the results in case order.

    A case is sent exactly once, whatever becomes of it: a POST to `case.url` with the headers
    `case.headers` and with `case.payload` as its JSON body. Headers that only other cases have
    aren't sent. Without cases the result is `[]`.

    There is never more than one request in flight. They are sent in case order from the thread that
    called `send_all`, and each begins at the moment at which the one before it is over: the call
    takes as long as all its requests together.

    All requests go through one `requests.Session`, which is closed when the call ends.

    Every answer is a result, whatever its HTTP status (404 and 500 too):
    `ApiResult(status, body, None)`, with the body parsed from JSON. A request without an answer is
    a result as well: `ApiResult(None, None, error)`, where `error` is a text of your choice that
    isn't empty. This happens when the connection fails, and when a server hasn't answered within
    `timeout` seconds: it isn't waited for any longer. Each request has all of its `timeout`, which
    begins when the request is sent. Neither of these raises an error, and neither changes the
    result of another case.
    """
    # TODO 2: send them all through one session, and close it.
    # TODO 3: turn connection errors and time-outs into results.
    raise NotImplementedError("TODO 1: send each case in turn; return the results in case order")
