"""Sends a case again when its connection was refused, three times in all.

fails: test_failures_become_results
says: was sent more than once.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import requests

from grader.lab import ApiCase, ApiResult


def send(case: ApiCase) -> ApiResult:
    attempts = 3
    while True:
        attempts -= 1
        try:
            response = requests.post(case.url, headers=case.headers, json=case.payload, timeout=5)
            return ApiResult(response.status_code, response.json(), None)
        except requests.ConnectionError as error:
            if attempts == 0:
                return ApiResult(None, None, repr(error))
        except requests.RequestException as error:
            return ApiResult(None, None, repr(error))


def send_all(cases: Sequence[ApiCase], max_workers: int = 8) -> list[ApiResult]:
    with ThreadPoolExecutor(max_workers=max_workers) as pool:
        return list(pool.map(send, cases))
