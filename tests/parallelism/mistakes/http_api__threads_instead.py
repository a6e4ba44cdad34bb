"""Sends the cases from threads: as many at once, but all in the process that called.

fails: test_requests_come_from_processes, test_killed_process
says: A request ran in the caller's own process.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import requests

from grader.lab import ApiCase, ApiResult


def send(case: ApiCase) -> ApiResult:
    try:
        response = requests.post(case.url, headers=case.headers, json=case.payload, timeout=5)
        return ApiResult(response.status_code, response.json(), None)
    except requests.RequestException as error:
        return ApiResult(None, None, repr(error))


def send_all(cases: Sequence[ApiCase], processes: int = 4) -> list[ApiResult]:
    with ThreadPoolExecutor(max_workers=processes) as pool:
        return list(pool.map(send, cases))
