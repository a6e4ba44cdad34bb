"""Divides the timeout between connecting and the answer.

fails: test_results_in_case_order, test_one_after_another, test_failures_become_results, test_silent_server_times_out, test_timeout_is_the_callers
says: The silent server was not waited for 5 seconds.
"""

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
    with requests.Session() as session:
        return [send(session, case, (timeout / 2, timeout / 2)) for case in cases]
