"""Reference solution: one session, and one request after another."""

from collections.abc import Sequence

import requests

from grader.lab import ApiCase, ApiResult


def _send(session: requests.Session, case: ApiCase, timeout: float) -> ApiResult:
    try:
        # The headers go with the request: those that are set on a session stay for the next case.
        # post() returns when the answer is there, and never if there is none: requests has no
        # time-out unless it is told one. A session can't be told one for all.
        response = session.post(case.url, headers=case.headers, json=case.payload, timeout=timeout)
        # A 404 or a 500 is an answer like any other, so there is no raise_for_status() here.
        return ApiResult(response.status_code, response.json(), None)
    except requests.RequestException as error:
        # What all errors of requests have in common: a refused connection as well as a time-out.
        # Caught here, where one case is sent, so that the next one is sent all the same. repr, as
        # an error's text may be empty.
        return ApiResult(None, None, repr(error))


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
    # The session keeps its connection to the server open for the next request, which saves the time
    # to connect again. The `with` block closes it, whatever happens inside.
    with requests.Session() as session:
        # A call blocks until it is done: a list made in a loop is all that keeps the order.
        return [_send(session, case, timeout) for case in cases]
