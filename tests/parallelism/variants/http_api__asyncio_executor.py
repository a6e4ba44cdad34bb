"""An event loop that waits for a pool of processes."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor

import requests

from grader.lab import ApiCase, ApiResult


def send(case: ApiCase) -> ApiResult:
    try:
        response = requests.post(case.url, headers=case.headers, json=case.payload, timeout=5)
        return ApiResult(response.status_code, response.json(), None)
    except requests.RequestException as error:
        return ApiResult(None, None, repr(error))


async def send_from_processes(cases: Sequence[ApiCase], processes: int) -> list[ApiResult]:
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(max_workers=processes) as pool:
        return list(await asyncio.gather(*(loop.run_in_executor(pool, send, case) for case in cases)))


def send_all(cases: Sequence[ApiCase], processes: int = 4) -> list[ApiResult]:
    return asyncio.run(send_from_processes(cases, processes))
