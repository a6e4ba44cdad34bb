"""Turns a 404 or a 500 into an error by raise_for_status(), so its status and body are lost.

fails: test_failures_become_results
says: An HTTP error status was not kept as a result.
"""

from collections.abc import Sequence

import requests

from grader.lab import ApiCase, ApiResult


def send(session: requests.Session, case: ApiCase, timeout: float) -> ApiResult:
    try:
        response = session.post(case.url, headers=case.headers, json=case.payload, timeout=timeout)
        response.raise_for_status()
        return ApiResult(response.status_code, response.json(), None)
    except requests.RequestException as error:
        return ApiResult(None, None, repr(error))


def send_all(cases: Sequence[ApiCase], timeout: float = 5.0) -> list[ApiResult]:
    with requests.Session() as session:
        return [send(session, case, timeout) for case in cases]
