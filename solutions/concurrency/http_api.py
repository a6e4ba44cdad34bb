"""Reference solution: a pool of threads, each of which sends one request after another."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import requests

from grader.lab import ApiCase, ApiResult


def _send(case: ApiCase) -> ApiResult:
    try:
        # `json=` makes the body from the payload and adds the Content-Type header that belongs to
        # it. Without `timeout=` requests would wait for ever. post() opens a session for this
        # request alone, so the threads share nothing.
        response = requests.post(case.url, headers=case.headers, json=case.payload, timeout=5)
        # A 404 or a 500 is an answer like any other, so there is no raise_for_status() here.
        return ApiResult(response.status_code, response.json(), None)
    except requests.RequestException as error:
        # What all errors of requests have in common: a refused connection as well as a time-out.
        # Caught here, in the function that sends one case, no failure can reach another case. repr,
        # as an error's text may be empty.
        return ApiResult(None, None, repr(error))


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
    # The pool starts at most `max_workers` threads. A thread that has sent its case takes the next
    # one that waits, so a slow answer holds up one thread and no other. The end of the `with`
    # block waits until all threads have ended.
    with ThreadPoolExecutor(max_workers=max_workers) as pool:
        # map() hands all the cases to the pool at once, and gives the results in case order,
        # waiting for each where it must. The 5 seconds begin when a thread sends the request.
        return list(pool.map(_send, cases))
