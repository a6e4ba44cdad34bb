"""Takes the timeout for that of the whole call, and gives each request what is left of it.

fails: test_results_in_case_order, test_one_after_another, test_failures_become_results, test_silent_server_times_out, test_timeout_is_the_callers
says: The result of case 3 is wrong.
"""

import time
from collections.abc import Sequence

import requests

from grader.lab import ApiCase, ApiResult


def send(session: requests.Session, case: ApiCase, timeout: float) -> ApiResult:
    try:
        response = session.post(case.url, headers=case.headers, json=case.payload, timeout=timeout)
        return ApiResult(response.status_code, response.json(), None)
    except requests.RequestException as error:
        return ApiResult(None, None, repr(error))


def send_all(cases: Sequence[ApiCase], timeout: float = 5.0) -> list[ApiResult]:
    deadline = time.monotonic() + timeout
    with requests.Session() as session:
        return [send(session, case, max(deadline - time.monotonic(), 0.001)) for case in cases]
