"""Sends in batches of max_workers and waits for a whole batch before it begins the next.

fails: test_requests_overlap
says: took 6 s
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


def send_all(cases: Sequence[ApiCase], max_workers: int = 8) -> list[ApiResult]:
    results: list[ApiResult] = []
    for begin in range(0, len(cases), max_workers):
        batch = cases[begin : begin + max_workers]
        with ThreadPoolExecutor(max_workers=max_workers) as pool:
            results.extend(pool.map(send, batch))
    return results
