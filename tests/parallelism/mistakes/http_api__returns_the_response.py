"""Gives the body as text in place of the value that the JSON stands for.

fails: test_results_in_case_order, test_failures_become_results, test_silent_server_times_out, test_works_under_spawn
says: The body was not parsed from JSON.
"""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor

import requests

from grader.lab import ApiCase, ApiResult


def send(case: ApiCase) -> ApiResult:
    try:
        response = requests.post(case.url, headers=case.headers, json=case.payload, timeout=5)
        return ApiResult(response.status_code, response.text, None)
    except requests.RequestException as error:
        return ApiResult(None, None, repr(error))


def send_all(cases: Sequence[ApiCase], processes: int = 4) -> list[ApiResult]:
    with ProcessPoolExecutor(max_workers=processes) as pool:
        return list(pool.map(send, cases))
