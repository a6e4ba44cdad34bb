"""Sends a case again when it timed out, three times in all, so it waits 15 s.

fails: test_silent_server_times_out
says: Case 2 was sent more than once.
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
        except requests.Timeout as error:
            if attempts == 0:
                return ApiResult(None, None, repr(error))
        except requests.RequestException as error:
            return ApiResult(None, None, repr(error))


def send_all(cases: Sequence[ApiCase], max_workers: int = 8) -> list[ApiResult]:
    with ThreadPoolExecutor(max_workers=max_workers) as pool:
        return list(pool.map(send, cases))
