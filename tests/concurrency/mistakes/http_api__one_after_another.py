"""Sends the cases in a plain loop: each request waits for the answer to the one before.

fails: test_requests_overlap, test_eight_by_default
says: The requests were sent one after another.
"""

from collections.abc import Sequence

import requests

from grader.lab import ApiCase, ApiResult


def send(case: ApiCase) -> ApiResult:
    try:
        response = requests.post(case.url, headers=case.headers, json=case.payload, timeout=5)
        return ApiResult(response.status_code, response.json(), None)
    except requests.RequestException as error:
        return ApiResult(None, None, repr(error))


def send_all(cases: Sequence[ApiCase], max_workers: int = 8) -> list[ApiResult]:
    return [send(case) for case in cases]
