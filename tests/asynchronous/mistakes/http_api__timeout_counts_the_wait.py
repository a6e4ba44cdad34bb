"""Counts a case's wait for its turn towards its 5 seconds.

fails: test_limit
says: timed out while it waited for its turn
"""

import asyncio
from collections.abc import Sequence

import aiohttp

from grader.lab import ApiCase, ApiResult


async def send(
    session: aiohttp.ClientSession,
    case: ApiCase,
    semaphore: asyncio.Semaphore,
) -> ApiResult:
    try:
        async with asyncio.timeout(5), semaphore:
            async with session.post(case.url, json=case.payload, headers=case.headers) as response:
                return ApiResult(response.status, await response.json(), None)
    except (aiohttp.ClientError, TimeoutError) as error:
        return ApiResult(None, None, repr(error))


async def send_all(cases: Sequence[ApiCase], limit: int | None = None) -> list[ApiResult]:
    semaphore = asyncio.Semaphore(limit or len(cases))
    async with aiohttp.ClientSession() as session, asyncio.TaskGroup() as group:
        tasks = [group.create_task(send(session, case, semaphore)) for case in cases]
    return [task.result() for task in tasks]
