"""Reference solution: a pool of processes, each of which sends one request after another."""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor

import requests

from grader.lab import ApiCase, ApiResult


# At the top of the file, where other processes find it by its name: a function is pickled as that.
def _send(case: ApiCase) -> ApiResult:
    try:
        # `json=` makes the body from the payload and adds the Content-Type header that belongs to
        # it. Without `timeout=` requests would wait for ever.
        response = requests.post(case.url, headers=case.headers, json=case.payload, timeout=5)
        # A 404 or a 500 is an answer like any other, so there is no raise_for_status() here.
        return ApiResult(response.status_code, response.json(), None)
    except requests.RequestException as error:
        # Caught here, in the process that sends the case, no failure can reach another case. The
        # error itself stays here: its text is all that is needed, and text can always be pickled.
        return ApiResult(None, None, repr(error))


def send_all(cases: Sequence[ApiCase], processes: int = 4) -> list[ApiResult]:
    """Send every case from a process, up to `processes` at the same time; return the results in case order.

    A case is sent exactly once, whatever becomes of it: a POST to `case.url` with the headers
    `case.headers` and with `case.payload` as its JSON body. It is sent from another process than
    the caller's, and no process has two requests in flight at the same time. The result of
    `cases[0]` comes first, whichever answer came first. Without cases the result is `[]`.

    `processes` is the largest number of requests in flight at the same time, 1 or more. There are
    always as many in flight as it allows: when one request ends, the next begins at once. A process
    may send one case or several, one after another. When the call ends, no process that it started
    is still running, and each has been waited for; no thread is left either.

    Every answer is a result, whatever its HTTP status (404 and 500 too):
    `ApiResult(status, body, None)`, with the body parsed from JSON. A request without an answer is
    a result as well: `ApiResult(None, None, error)`, where `error` is a text of your choice that
    isn't empty. This happens when the connection fails, and when a server hasn't answered within
    5 seconds: it isn't waited for any longer. Give the 5 seconds to `requests` as the request's own
    timeout. Neither of these raises an error, and neither changes the result of another case.

    A process can be killed while it sends a case, for example by a system that is short of memory.
    Then the call doesn't wait for ever: either it raises an error, of whatever type, or it returns
    results all the same, with `ApiResult(None, None, error)` in place of each that was lost.

    It works with every start method: fork, spawn and forkserver. Use the default one, which
    `multiprocessing` knows, or choose one.
    """
    # The pool starts at most `processes` processes. One that has sent its case takes the next one
    # that waits, so a slow answer holds up one process and no other. The end of the `with` block
    # waits until all processes have ended. If one is killed, an executor notices: map() raises
    # BrokenProcessPool. (A multiprocessing.Pool would start another process and wait for ever for
    # the answer of the one that is gone.)
    with ProcessPoolExecutor(max_workers=processes) as pool:
        # map() hands all the cases to the pool at once, and gives the results in case order.
        return list(pool.map(_send, cases))
