"""Lets the errors of requests travel to the caller.

fails: test_failures_become_results, test_silent_server_times_out
says: A failed request raised an error instead of becoming a result.
"""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor

import requests

from grader.lab import ApiCase, ApiResult


def send(case: ApiCase) -> ApiResult:
    response = requests.post(case.url, headers=case.headers, json=case.payload, timeout=5)
    return ApiResult(response.status_code, response.json(), None)


def send_all(cases: Sequence[ApiCase], processes: int = 4) -> list[ApiResult]:
    with ProcessPoolExecutor(max_workers=processes) as pool:
        return list(pool.map(send, cases))
