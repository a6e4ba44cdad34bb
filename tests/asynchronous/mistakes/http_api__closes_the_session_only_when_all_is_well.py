"""Closes the session after the results, not in a `finally`: when cancelled, it stays open.

fails: test_cancelling_leaves_nothing_open
says: A session was left open
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
    session = aiohttp.ClientSession(timeout=TIMEOUT)
    semaphore = asyncio.Semaphore(limit or len(cases))

    async def send_in_turn(case: ApiCase) -> ApiResult:
        async with semaphore:
            return await send(session, case)

    results = await asyncio.gather(*(send_in_turn(case) for case in cases))
    await session.close()
    return results
