"""Send API calls from many threads, one at a time, and share one token among them.

README.md in this folder explains the idea and numbers the tasks; HINTS.md has hints for each.
Replace each `raise NotImplementedError(...)` with your own code, and add the imports you need.
"""

from collections.abc import Sequence

from grader.lab import ApiCase, ApiResult


def send_all(cases: Sequence[ApiCase]) -> list[ApiResult]:
    """Send every case, one request at a time, and work on each result while others are sent.

    Each case is sent from a thread of its own, and all these threads are started before the first
    answer comes. The result of `cases[0]` comes first, then that of `cases[1]`, and so on,
    whichever was sent or done first. Without cases the result is `[]`. When the call ends, no
    thread that it started is still running.

    A case is sent exactly once, whatever becomes of it: a POST to `case.url` with the headers
    `case.headers` and with `case.payload` as its JSON body. The API takes one request at a time:
    never are two in flight. When one has ended, in whatever way, the next begins at once. Which
    case is sent first, and which next, doesn't matter.

    Every answer has to be worked on, and its body says for how long: `time.sleep(body["work"])`
    stands in for the work. It begins when the answer is there, and goes on while the requests of
    other cases are in flight and while others work. The call ends when all work is done.

    Every answer is a result, whatever its HTTP status (404 and 500 too):
    `ApiResult(status, body, None)`, with the body parsed from JSON. A request without an answer is
    a result as well, without any work: `ApiResult(None, None, error)`, where `error` is a text of
    your choice that isn't empty. This happens when the connection fails, and when a server hasn't
    answered within 5 seconds: it isn't waited for any longer. The 5 seconds begin when the request
    is sent; a case's wait for its turn doesn't count. Neither of these raises an error, and neither
    changes the result of another case.
    """
    # TODO 2: let only one of them send at a time, and the others wait for as short as possible.
    raise NotImplementedError("TODO 1: send each case from its own thread; return all results")


class TokenSource:
    """A token for an API, fetched when it is needed and shared by all threads.

    A server hands out tokens: it answers a POST to `url` with the JSON `{"token": "…"}`. To fetch
    a new token from it is called a refresh.

    Any number of threads may use one source at the same time. Each source has a token of its own,
    and no source waits for another one. When a method returns, no thread that it started is still
    running.
    """

    def __init__(self, url: str) -> None:
        """Begin without a token. Nothing is sent before a token is asked for."""
        self._url = url

    def token(self) -> str:
        """Return the current token; when there is none, fetch one first.

        There is never more than one refresh under way. A call that finds one under way waits for it
        and sends nothing itself. What comes of the refresh goes to all calls that waited for it,
        the moment it is there: its token, which is the current one from then on, or its failure.
        While there is a current token, nothing is sent and no call waits.

        A refresh fails when the connection fails, when the server hasn't answered within 5 seconds,
        and when it answers with an HTTP error status (400 or higher), whatever the body holds. Then
        each call that waited for it raises an `Exception`, of whatever type, and sends nothing
        itself. There is still no token, and the failure isn't kept: the next call begins a new
        refresh. (A call that wakes up so late that a later refresh is under way or has ended, may
        share in that one instead.)
        """
        # TODO 4: a refresh may fail.
        raise NotImplementedError("TODO 3: fetch a token once for all threads that need one")

    def invalidate(self, token: str) -> None:
        """Discard the current token if it is `token`, so that the next call of `token()` fetches one.

        Threads call this when the API no longer accepts the token that they have used. Several may
        find that out about the same token, one later than the other. So if the current token is
        another one by now, or if there is none, nothing changes. Nothing is sent.
        """
        raise NotImplementedError("TODO 4: discard this token, and no newer one")
