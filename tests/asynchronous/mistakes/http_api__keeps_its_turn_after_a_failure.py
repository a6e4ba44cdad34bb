"""Gives a request's turn back only when there was an answer, so that each failure costs a turn for good.

fails: test_failures_become_results
says: Your program waits for ever
"""

import asyncio
from collections.abc import Sequence

import aiohttp

from grader.lab import ApiCase, ApiResult

TIMEOUT = aiohttp.ClientTimeout(total=5)


async def send_all(cases: Sequence[ApiCase], limit: int | None = None) -> list[ApiResult]:
    turns = asyncio.Semaphore(limit or max(1, len(cases)))

    async def send(session: aiohttp.ClientSession, case: ApiCase) -> ApiResult:
        await turns.acquire()
        try:
            async with session.post(case.url, json=case.payload, headers=case.headers, timeout=TIMEOUT) as response:
                result = ApiResult(response.status, await response.json(), None)
            turns.release()
            return result
        except (aiohttp.ClientError, TimeoutError) as error:
            return ApiResult(None, None, repr(error))

    async with aiohttp.ClientSession() as session, asyncio.TaskGroup() as group:
        tasks = [group.create_task(send(session, case)) for case in cases]
    return [task.result() for task in tasks]
