"""Waits with asyncio.wait, which does not cancel the tasks when the call is cancelled.

fails: test_cancelling_leaves_nothing_open
says: was still pending after your function returned
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
    semaphore = asyncio.Semaphore(limit or len(cases))

    async def send_in_turn(session: aiohttp.ClientSession, case: ApiCase) -> ApiResult:
        async with semaphore:
            return await send(session, case)

    async with aiohttp.ClientSession(timeout=TIMEOUT) as session:
        tasks = [asyncio.create_task(send_in_turn(session, case)) for case in cases]
        if tasks:
            await asyncio.wait(tasks)
    return [task.result() for task in tasks]
