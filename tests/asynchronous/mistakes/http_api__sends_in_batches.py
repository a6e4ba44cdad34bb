"""Sends in batches, each of which waits for the slowest request of the one before.

fails: test_limit
says: There were not always as many requests in progress as there could be.
"""

import asyncio
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
    size = limit or max(len(cases), 1)
    results: list[ApiResult] = []
    async with aiohttp.ClientSession(timeout=TIMEOUT) as session:
        for start in range(0, len(cases), size):
            batch = cases[start : start + size]
            results += await asyncio.gather(*(send(session, case) for case in batch))
    return results
