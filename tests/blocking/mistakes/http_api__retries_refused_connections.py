"""Sends a case once more when the connection was refused.

fails: test_failures_become_results
says: Case 3 was sent more than once.
"""

from collections.abc import Sequence

import requests

from grader.lab import ApiCase, ApiResult


def send(session: requests.Session, case: ApiCase, timeout: float) -> ApiResult:
    try:
        response = session.post(case.url, headers=case.headers, json=case.payload, timeout=timeout)
    except requests.Timeout as error:
        return ApiResult(None, None, repr(error))
    except requests.ConnectionError:
        try:
            response = session.post(case.url, headers=case.headers, json=case.payload, timeout=timeout)
        except requests.ConnectionError as error:
            return ApiResult(None, None, repr(error))
    return ApiResult(response.status_code, response.json(), None)


def send_all(cases: Sequence[ApiCase], timeout: float = 5.0) -> list[ApiResult]:
    with requests.Session() as session:
        return [send(session, case, timeout) for case in cases]
