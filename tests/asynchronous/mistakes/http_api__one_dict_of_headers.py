"""Shares one dict of headers among all requests, which then all carry the last case's.

fails: test_each_case_sends_its_own_request
says: was sent with the wrong headers
"""

import asyncio
from collections.abc import Sequence

import aiohttp

from grader.lab import ApiCase, ApiResult

TIMEOUT = aiohttp.ClientTimeout(total=5)


async def send(session: aiohttp.ClientSession, case: ApiCase, headers: dict[str, str]) -> ApiResult:
    try:
        async with session.post(case.url, json=case.payload, headers=headers) as response:
            return ApiResult(response.status, await response.json(), None)
    except (aiohttp.ClientError, TimeoutError) as error:
        return ApiResult(None, None, repr(error))


async def send_all(cases: Sequence[ApiCase], limit: int | None = None) -> list[ApiResult]:
    semaphore = asyncio.Semaphore(limit or len(cases))
    headers: dict[str, str] = {}

    async def send_in_turn(session: aiohttp.ClientSession, case: ApiCase) -> ApiResult:
        async with semaphore:
            return await send(session, case, headers)

    async with aiohttp.ClientSession(timeout=TIMEOUT) as session, asyncio.TaskGroup() as group:
        tasks = []
        for case in cases:
            headers.update(case.headers)
            tasks.append(group.create_task(send_in_turn(session, case)))
    return [task.result() for task in tasks]
