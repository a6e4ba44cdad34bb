"""Awaits each request in a loop, so that every case waits for the one before it.

fails: test_requests_overlap, test_limit
says: The requests were sent one after another.
"""

from collections.abc import Sequence

import aiohttp

from grader.lab import ApiCase, ApiResult

TIMEOUT = aiohttp.ClientTimeout(total=5)


async def send(session: aiohttp.ClientSession, case: ApiCase) -> ApiResult:
    try:
        async with session.post(case.url, json=case.payload, headers=case.headers) as response:
            return ApiResult(response.status, await response.json(), None)
    except (aiohttp.ClientError, TimeoutError) as error:
        return ApiResult(None, None, repr(error))


async def send_all(cases: Sequence[ApiCase], limit: int | None = None) -> list[ApiResult]:
    results = []
    async with aiohttp.ClientSession(timeout=TIMEOUT) as session:
        for case in cases:
            results.append(await send(session, case))
    return results
