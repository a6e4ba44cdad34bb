"""Waits 5 s for the future and leaves the thread of a silent request behind, waiting for ever.

fails: test_silent_server_times_out
says: The call ended before every request was done.
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
    pool = concurrent.futures.ThreadPoolExecutor(max_workers=max_workers)
    for future in [pool.submit(send, case) for case in cases]:
        try:
            results.append(future.result(timeout=5))
        except concurrent.futures.TimeoutError:
            results.append(ApiResult(None, None, "no answer within 5 seconds"))
    pool.shutdown(wait=False)
    return results
