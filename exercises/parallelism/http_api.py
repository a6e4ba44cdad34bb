"""Send API calls at the same time, from several processes, with `requests`.

README.md in this folder explains the idea and numbers the tasks; HINTS.md has hints for each.
Replace the `raise NotImplementedError(...)` with your own code, and add the imports you need.
"""

from collections.abc import Sequence

from grader.lab import ApiCase, ApiResult


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
    # TODO 2: keep as many requests in flight as `processes` allows; leave no process behind.
    # TODO 3: make a result of each failure; wait 5 seconds for an answer, and no longer.
    # TODO 4: let the call come to an end when a process is killed; work with every start method.
    raise NotImplementedError("TODO 1: send each case from a process; return the results in case order")
