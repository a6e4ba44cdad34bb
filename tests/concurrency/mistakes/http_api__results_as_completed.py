"""Collects the results as the answers come, so they are in the order of the answers.

fails: test_results_in_case_order, test_failures_become_results, test_silent_server_times_out
says: The results are in the order in which the cases finished.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed

import requests

from grader.lab import ApiCase, ApiResult


def send(case: ApiCase) -> ApiResult:
    try:
        response = requests.post(case.url, headers=case.headers, json=case.payload, timeout=5)
        return ApiResult(response.status_code, response.json(), None)
    except requests.RequestException as error:
        return ApiResult(None, None, repr(error))


def send_all(cases: Sequence[ApiCase], max_workers: int = 8) -> list[ApiResult]:
    with ThreadPoolExecutor(max_workers=max_workers) as pool:
        futures = [pool.submit(send, case) for case in cases]
        return [future.result() for future in as_completed(futures)]
