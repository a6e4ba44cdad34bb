"""Waits 5 s for the future; the request itself has no time-out, and the pool waits for it.

fails: test_silent_server_times_out
says: Your program waits for ever
"""

import concurrent.futures
from collections.abc import Sequence

import requests

from grader.lab import ApiCase, ApiResult


def send(case: ApiCase) -> ApiResult:
    try:
        response = requests.post(case.url, headers=case.headers, json=case.payload)
        return ApiResult(response.status_code, response.json(), None)
    except requests.RequestException as error:
        return ApiResult(None, None, repr(error))


def send_all(cases: Sequence[ApiCase], max_workers: int = 8) -> list[ApiResult]:
    results: list[ApiResult] = []
    with concurrent.futures.ThreadPoolExecutor(max_workers=max_workers) as pool:
        for future in [pool.submit(send, case) for case in cases]:
            try:
                results.append(future.result(timeout=5))
            except concurrent.futures.TimeoutError:
                results.append(ApiResult(None, None, "no answer within 5 seconds"))
    return results
