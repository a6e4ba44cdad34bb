"""Catches no error at all, so that one failure cancels all the other requests.

fails: test_failures_become_results, test_silent_server_times_out
says: A failed request raised an error instead of becoming a result.
"""

import asyncio
from collections.abc import Sequence

import aiohttp

from grader.lab import ApiCase, ApiResult

TIMEOUT = aiohttp.ClientTimeout(total=5)


async def send(session: aiohttp.ClientSession, case: ApiCase) -> ApiResult:
    async with session.post(case.url, json=case.payload, headers=case.headers) as response:
        return ApiResult(response.status, await response.json(), None)


async def send_all(cases: Sequence[ApiCase], limit: int | None = None) -> list[ApiResult]:
    semaphore = asyncio.Semaphore(limit or len(cases))

    async def send_in_turn(session: aiohttp.ClientSession, case: ApiCase) -> ApiResult:
        async with semaphore:
            return await send(session, case)

    async with aiohttp.ClientSession(timeout=TIMEOUT) as session, asyncio.TaskGroup() as group:
        tasks = [group.create_task(send_in_turn(session, case)) for case in cases]
    return [task.result() for task in tasks]
