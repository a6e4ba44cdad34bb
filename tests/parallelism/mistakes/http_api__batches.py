"""Waits for a whole batch of answers before the next batch is sent.

fails: test_requests_overlap
says: When one request ends, does the next begin at once?
"""

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


def send_all(cases: Sequence[ApiCase], processes: int = 4) -> list[ApiResult]:
    results = []
    with ProcessPoolExecutor(max_workers=processes) as pool:
        for begin in range(0, len(cases), processes):
            results += pool.map(send, cases[begin : begin + processes])
    return results
