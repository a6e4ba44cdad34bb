"""Catches the cancellation of a request as one more failure, so that the worker takes the next case.

fails: test_cancelling_leaves_nothing_open
says: What goes on after the call was cancelled?
"""

import asyncio
from collections.abc import Sequence

import aiohttp

from grader.lab import ApiCase, ApiResult

TIMEOUT = aiohttp.ClientTimeout(total=5)


async def work(
    session: aiohttp.ClientSession, waiting: list[tuple[int, ApiCase]], results: dict[int, ApiResult]
) -> None:
    while waiting:
        index, case = waiting.pop(0)
        try:
            async with session.post(case.url, json=case.payload, headers=case.headers, timeout=TIMEOUT) as response:
                results[index] = ApiResult(response.status, await response.json(), None)
        except BaseException as error:
            results[index] = ApiResult(None, None, repr(error))


async def send_all(cases: Sequence[ApiCase], limit: int | None = None) -> list[ApiResult]:
    waiting = list(enumerate(cases))
    results: dict[int, ApiResult] = {}
    async with aiohttp.ClientSession() as session, asyncio.TaskGroup() as group:
        for _ in range(limit or len(cases)):
            group.create_task(work(session, waiting, results))
    return [results[index] for index in range(len(cases))]
