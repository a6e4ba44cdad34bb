"""Catches CancelledError and returns what there is as if all were well.

fails: test_cancelling_leaves_nothing_open
says: The cancellation was swallowed.
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
        try:
            return await asyncio.gather(*tasks)
        except asyncio.CancelledError:
            # gather has cancelled the tasks: keep what is there.
            await asyncio.gather(*tasks, return_exceptions=True)
            return [task.result() for task in tasks if not task.cancelled()]
