"""Catches errors around the whole pool, so one failed request takes all results with it.

fails: test_failures_become_results, test_silent_server_times_out
says: The result of case 1 is wrong.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import requests

from grader.lab import ApiCase, ApiResult


def send(case: ApiCase) -> ApiResult:
    response = requests.post(case.url, headers=case.headers, json=case.payload, timeout=5)
    return ApiResult(response.status_code, response.json(), None)


def send_all(cases: Sequence[ApiCase], max_workers: int = 8) -> list[ApiResult]:
    with ThreadPoolExecutor(max_workers=max_workers) as pool:
        futures = [pool.submit(send, case) for case in cases]
    try:
        return [future.result() for future in futures]
    except requests.RequestException as error:
        return [ApiResult(None, None, repr(error)) for _ in cases]
