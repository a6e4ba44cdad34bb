"""Leaves the limit to the session's connector, but the time-out counts the wait for a connection too.

fails: test_limit
says: A case timed out while it waited for its turn.
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
    connector = aiohttp.TCPConnector(limit=limit or 0)
    async with (
        aiohttp.ClientSession(connector=connector, timeout=TIMEOUT) as session,
        asyncio.TaskGroup() as group,
    ):
        tasks = [group.create_task(send(session, case)) for case in cases]
    return [task.result() for task in tasks]
