"""Takes the answers with as_completed and sorts them by index; asyncio.wait_for as the time-out."""

import asyncio
from collections.abc import Sequence

import aiohttp

from grader.lab import ApiCase, ApiResult


async def _post(session: aiohttp.ClientSession, case: ApiCase) -> ApiResult:
    async with session.post(case.url, json=case.payload, headers=case.headers) as response:
        return ApiResult(response.status, await response.json(), None)


async def _indexed(
    index: int, session: aiohttp.ClientSession, case: ApiCase, gate: asyncio.Semaphore
) -> tuple[int, ApiResult]:
    async with gate:
        try:
            return index, await asyncio.wait_for(_post(session, case), timeout=5)
        except TimeoutError:
            return index, ApiResult(None, None, "timed out")
        except aiohttp.ClientError as error:
            return index, ApiResult(None, None, str(error) or type(error).__name__)


async def send_all(cases: Sequence[ApiCase], limit: int | None = None) -> list[ApiResult]:
    if not cases:
        return []
    gate = asyncio.Semaphore(limit or len(cases))
    found: dict[int, ApiResult] = {}
    async with aiohttp.ClientSession() as session:
        sending = [_indexed(index, session, case, gate) for index, case in enumerate(cases)]
        tasks = [asyncio.create_task(one) for one in sending]
        try:
            for answer in asyncio.as_completed(tasks):
                index, result = await answer
                found[index] = result
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
    return [found[index] for index in sorted(found)]
