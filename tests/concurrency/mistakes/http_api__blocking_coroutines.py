"""Puts requests into coroutines, where each call blocks the loop and with it all the others.

fails: test_requests_overlap, test_eight_by_default
says: The requests were sent one after another.
"""

import asyncio
from collections.abc import Sequence

import requests

from grader.lab import ApiCase, ApiResult


def send_all(cases: Sequence[ApiCase], max_workers: int = 8) -> list[ApiResult]:
    async def send(turn: asyncio.Semaphore, case: ApiCase) -> ApiResult:
        async with turn:
            try:
                response = requests.post(case.url, headers=case.headers, json=case.payload, timeout=5)
                return ApiResult(response.status_code, response.json(), None)
            except requests.RequestException as error:
                return ApiResult(None, None, repr(error))

    async def send_everything() -> list[ApiResult]:
        turn = asyncio.Semaphore(max_workers)
        return await asyncio.gather(*(send(turn, case) for case in cases))

    return asyncio.run(send_everything())
