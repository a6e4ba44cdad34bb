"""Sends all cases at the same time from a pool of threads, as the exercise on concurrency asks for.

fails: test_one_after_another, test_failures_become_results, test_silent_server_times_out
says: The requests were in flight at the same time.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import requests

from grader.lab import ApiCase, ApiResult


def send(session: requests.Session, case: ApiCase, timeout: float) -> ApiResult:
    try:
        response = session.post(case.url, headers=case.headers, json=case.payload, timeout=timeout)
        return ApiResult(response.status_code, response.json(), None)
    except requests.RequestException as error:
        return ApiResult(None, None, repr(error))


def send_all(cases: Sequence[ApiCase], timeout: float = 5.0) -> list[ApiResult]:
    with requests.Session() as session, ThreadPoolExecutor(max_workers=8) as pool:
        return list(pool.map(lambda case: send(session, case, timeout), cases))
