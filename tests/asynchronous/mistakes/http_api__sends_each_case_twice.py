"""Sends each case a second time, to be sure.

fails: test_each_case_sends_its_own_request, test_requests_overlap, test_limit, test_failures_become_results, test_silent_server_times_out
says: was sent more than once
"""

import asyncio
import contextlib
from collections.abc import Sequence

import aiohttp

from grader.lab import ApiCase, ApiResult

TIMEOUT = aiohttp.ClientTimeout(total=5)


async def send(session: aiohttp.ClientSession, case: ApiCase) -> ApiResult:
    try:
        async with session.post(case.url, json=case.payload, headers=case.headers) as response:
            result = ApiResult(response.status, await response.json(), None)
    except (aiohttp.ClientError, TimeoutError) as error:
        return ApiResult(None, None, repr(error))
    # Once more, to be sure that the server has got it.
    with contextlib.suppress(aiohttp.ClientError, TimeoutError):
        async with session.post(case.url, json=case.payload, headers=case.headers) as response:
            await response.read()
    return result


async def send_all(cases: Sequence[ApiCase], limit: int | None = None) -> list[ApiResult]:
    semaphore = asyncio.Semaphore(limit or len(cases))

    async def send_in_turn(session: aiohttp.ClientSession, case: ApiCase) -> ApiResult:
        async with semaphore:
            return await send(session, case)

    async with aiohttp.ClientSession(timeout=TIMEOUT) as session, asyncio.TaskGroup() as group:
        tasks = [group.create_task(send_in_turn(session, case)) for case in cases]
    return [task.result() for task in tasks]
