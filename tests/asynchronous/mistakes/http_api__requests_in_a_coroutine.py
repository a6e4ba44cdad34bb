"""Sends with requests inside a coroutine, which stops the whole event loop for each request.

fails: test_one_session, test_requests_overlap, test_limit, test_cancelling_leaves_nothing_open
says: The event loop stood still
"""

import asyncio
from collections.abc import Sequence

import requests

from grader.lab import ApiCase, ApiResult


async def send(case: ApiCase, semaphore: asyncio.Semaphore) -> ApiResult:
    async with semaphore:
        try:
            response = requests.post(case.url, json=case.payload, headers=case.headers, timeout=5)
        except requests.RequestException as error:
            return ApiResult(None, None, repr(error))
        return ApiResult(response.status_code, response.json(), None)


async def send_all(cases: Sequence[ApiCase], limit: int | None = None) -> list[ApiResult]:
    semaphore = asyncio.Semaphore(limit or len(cases))
    return await asyncio.gather(*(send(case, semaphore) for case in cases))
