"""Uses a TaskGroup, asyncio.timeout around each request, and a semaphore only for a limit."""

import asyncio
from collections.abc import Sequence

import aiohttp

from grader.lab import ApiCase, ApiResult


async def _post(session: aiohttp.ClientSession, case: ApiCase) -> ApiResult:
    try:
        async with asyncio.timeout(5):
            response = await session.post(case.url, headers=dict(case.headers), json=case.payload)
            async with response:
                body = await response.json()
                return ApiResult(status=response.status, body=body, error=None)
    except (OSError, aiohttp.ClientError) as error:
        # A TimeoutError is an OSError too.
        return ApiResult(status=None, body=None, error=type(error).__name__)


async def send_all(cases: Sequence[ApiCase], limit: int | None = None) -> list[ApiResult]:
    semaphore = asyncio.BoundedSemaphore(limit) if limit is not None else None
    results: list[ApiResult | None] = [None] * len(cases)

    async def run(session: aiohttp.ClientSession, index: int, case: ApiCase) -> None:
        if semaphore is None:
            results[index] = await _post(session, case)
            return
        async with semaphore:
            results[index] = await _post(session, case)

    async with aiohttp.ClientSession() as session:
        async with asyncio.TaskGroup() as group:
            for index, case in enumerate(cases):
                group.create_task(run(session, index, case))
    return [result for result in results if result is not None]
