"""Reference solution: many API calls from one event loop, through one aiohttp session."""

import asyncio
from collections.abc import Sequence

import aiohttp

from grader.lab import ApiCase, ApiResult

_SECONDS_TO_ANSWER = 5


async def _send(session: aiohttp.ClientSession, case: ApiCase) -> ApiResult:
    try:
        # Left alone, aiohttp waits for 5 minutes. This timeout covers the request from its
        # beginning until the body has been read, and is exact; the session's own ClientTimeout
        # would do as well, but aiohttp rounds 5 seconds or more up to a full second of the clock.
        async with (
            asyncio.timeout(_SECONDS_TO_ANSWER),
            session.post(case.url, json=case.payload, headers=case.headers) as response,
        ):
            # A 404 or a 500 is an answer like any other: its status is part of the result.
            # The body may arrive later than the status, so reading it is an `await` of its own.
            return ApiResult(response.status, await response.json(), None)
    except (aiohttp.ClientError, TimeoutError) as error:
        # Caught here, inside the task of this one request, a failure can't reach the others. repr()
        # because str() of a TimeoutError is empty. A CancelledError is neither of the two errors:
        # it isn't a result, and passes through.
        return ApiResult(None, None, repr(error))


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
    # One semaphore, shared by all requests, counts how many are in flight. Without a limit it
    # lets every case through.
    turn = asyncio.Semaphore(len(cases) if limit is None else limit)

    async def send_in_turn(session: aiohttp.ClientSession, case: ApiCase) -> ApiResult:
        # The turn is taken before the request is sent, so the 5 seconds begin after the wait; and
        # it is handed on at the moment that a request ends, so that the next one begins at once.
        async with turn:
            return await _send(session, case)

    # The session is opened first and closed last. The group waits for its tasks even when it is
    # cancelled (it cancels them first), so the session is never closed under a request's feet.
    async with aiohttp.ClientSession() as session, asyncio.TaskGroup() as group:
        tasks = [group.create_task(send_in_turn(session, case)) for case in cases]
    # In case order, because the list of tasks is.
    return [task.result() for task in tasks]
