"""Opens a session of its own for each request.

fails: test_one_session
says: The requests did not share one session.
"""

import asyncio
from collections.abc import Sequence

import aiohttp

from grader.lab import ApiCase, ApiResult

TIMEOUT = aiohttp.ClientTimeout(total=5)


async def send(case: ApiCase, semaphore: asyncio.Semaphore) -> ApiResult:
    async with semaphore, aiohttp.ClientSession(timeout=TIMEOUT) as session:
        try:
            async with session.post(case.url, json=case.payload, headers=case.headers) as response:
                return ApiResult(response.status, await response.json(), None)
        except (aiohttp.ClientError, TimeoutError) as error:
            return ApiResult(None, None, repr(error))


async def send_all(cases: Sequence[ApiCase], limit: int | None = None) -> list[ApiResult]:
    semaphore = asyncio.Semaphore(limit or len(cases))
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(send(case, semaphore)) for case in cases]
    return [task.result() for task in tasks]
