"""An event loop with a semaphore, in front of a pool that has a thread for every case."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import requests

from grader.lab import ApiCase, ApiResult


def send_one(case: ApiCase) -> ApiResult:
    try:
        response = requests.post(case.url, headers=case.headers, json=case.payload, timeout=5)
        return ApiResult(response.status_code, response.json(), None)
    except requests.RequestException as error:
        return ApiResult(None, None, repr(error))


def send_all(cases: Sequence[ApiCase], max_workers: int = 8) -> list[ApiResult]:
    async def send_everything() -> list[ApiResult]:
        turn = asyncio.Semaphore(max_workers)
        loop = asyncio.get_running_loop()

        async def send_in_turn(pool: ThreadPoolExecutor, case: ApiCase) -> ApiResult:
            async with turn:
                return await loop.run_in_executor(pool, send_one, case)

        with ThreadPoolExecutor(max(1, len(cases))) as pool:
            return await asyncio.gather(*(send_in_turn(pool, case) for case in cases))

    return asyncio.run(send_everything())
