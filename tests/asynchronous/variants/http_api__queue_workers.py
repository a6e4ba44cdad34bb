"""Lets as many workers as the limit allows take cases from an asyncio.Queue."""

import asyncio
from collections.abc import Sequence

import aiohttp

from grader.lab import ApiCase, ApiResult


async def _worker(
    session: aiohttp.ClientSession,
    waiting: asyncio.Queue[tuple[int, ApiCase]],
    results: dict[int, ApiResult],
) -> None:
    while not waiting.empty():
        index, case = waiting.get_nowait()
        try:
            async with session.request(
                "POST",
                case.url,
                headers=case.headers,
                json=case.payload,
                timeout=aiohttp.ClientTimeout(total=5.0),
            ) as response:
                results[index] = ApiResult(response.status, await response.json(), None)
        except (aiohttp.ClientError, TimeoutError) as error:
            results[index] = ApiResult(None, None, repr(error))


async def send_all(cases: Sequence[ApiCase], limit: int | None = None) -> list[ApiResult]:
    waiting: asyncio.Queue[tuple[int, ApiCase]] = asyncio.Queue()
    for pair in enumerate(cases):
        waiting.put_nowait(pair)
    results: dict[int, ApiResult] = {}
    count = len(cases) if limit is None else min(limit, len(cases))
    async with aiohttp.ClientSession() as session:
        workers = [asyncio.create_task(_worker(session, waiting, results)) for _ in range(count)]
        try:
            await asyncio.gather(*workers)
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)
    return [results[index] for index in range(len(cases))]
