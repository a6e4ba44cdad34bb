"""Appends each result when its answer comes, so that the results are in finishing order.

fails: test_results_in_case_order, test_failures_become_results, test_silent_server_times_out
says: The results are in the order in which the cases finished.
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
    results: list[ApiResult] = []

    async def send_in_turn(session: aiohttp.ClientSession, case: ApiCase) -> None:
        async with semaphore:
            results.append(await send(session, case))

    async with aiohttp.ClientSession(timeout=TIMEOUT) as session, asyncio.TaskGroup() as group:
        for case in cases:
            group.create_task(send_in_turn(session, case))
    return results
