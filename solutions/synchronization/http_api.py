"""Reference solution: a lock around each request, and one refresh that all threads share."""

import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future

import requests

from grader.lab import ApiCase, ApiResult

_SECONDS_TO_ANSWER = 5


def _send(case: ApiCase) -> ApiResult:
    try:
        response = requests.post(case.url, headers=case.headers, json=case.payload, timeout=_SECONDS_TO_ANSWER)
        return ApiResult(response.status_code, response.json(), None)
    except requests.RequestException as error:
        # Whatever goes wrong ends here, as a result. repr, as an error's text may be empty.
        return ApiResult(None, None, repr(error))


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
    # One lock for all the threads of this call. A lock made in `run` would be another one for each
    # thread, and keep nobody out.
    turn = threading.Lock()
    # Each thread has a place of its own, so the order of the cases is kept whichever comes first.
    results: dict[int, ApiResult] = {}

    def run(position: int, case: ApiCase) -> None:
        # The lock is held for the request and for nothing else. `with` releases it however the
        # block ends. The 5 seconds begin inside, after the wait for the lock.
        with turn:
            result = _send(case)
        # Now the next thread sends, while this one works.
        if result.error is None:
            time.sleep(result.body["work"])
        results[position] = result

    threads = [threading.Thread(target=run, args=item) for item in enumerate(cases)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [results[position] for position in range(len(cases))]


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
        # The lock guards the two names below. It is held only to look at them and to set them, which
        # takes no time, and never during a request.
        self._lock = threading.Lock()
        self._token: str | None = None
        # The refresh under way, if one is: a box that will hold a token or an error.
        self._refresh: Future[str] | None = None

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
        # To look and to decide are one step, under the lock: of all threads that find neither a
        # token nor a refresh, one begins the refresh, and the others find it.
        with self._lock:
            if self._token is not None:
                return self._token
            begins_it = self._refresh is None
            if self._refresh is None:
                self._refresh = Future()
            refresh = self._refresh
        if begins_it:
            self._fetch(refresh)
        # Each thread holds on to the refresh that it has found. Whatever comes after it, a later
        # refresh for example, this one's token or error stays in its box. result() waits until it
        # is there, and raises the error.
        return refresh.result()

    def invalidate(self, token: str) -> None:
        """Discard the current token if it is `token`, so that the next call of `token()` fetches one.

        Threads call this when the API no longer accepts the token that they have used. Several may
        find that out about the same token, one later than the other. So if the current token is
        another one by now, or if there is none, nothing changes. Nothing is sent.
        """
        # To compare and to discard are one step as well. In between, another thread could put a new
        # token in place of the old one, and that would be discarded.
        with self._lock:
            if self._token == token:
                self._token = None

    def _fetch(self, refresh: Future[str]) -> None:
        """Send the request, and put what comes of it into `refresh`."""
        try:
            response = requests.post(self._url, timeout=_SECONDS_TO_ANSWER)
            response.raise_for_status()
            token = response.json()["token"]
        except BaseException as error:  # noqa: BLE001 - raised by all who wait, this thread included
            # Whatever it is, nobody may be left waiting. The refresh is over before they hear of it:
            # who comes from now on begins a new one.
            with self._lock:
                self._refresh = None
            refresh.set_exception(error)
        else:
            with self._lock:
                self._token, self._refresh = token, None
            refresh.set_result(token)
