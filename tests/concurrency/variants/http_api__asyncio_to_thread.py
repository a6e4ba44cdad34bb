"""An event loop whose pool of threads has max_workers of them."""

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
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(max_workers))
        return await asyncio.gather(*[asyncio.to_thread(send_one, case) for case in cases])

    return asyncio.run(send_everything())
