"""Calls requests.post, which makes a session for each request.

fails: test_one_session
says: The requests did not share one session.
"""

from collections.abc import Sequence

import requests

from grader.lab import ApiCase, ApiResult


def send(case: ApiCase, timeout: float) -> ApiResult:
    try:
        response = requests.post(case.url, headers=case.headers, json=case.payload, timeout=timeout)
        return ApiResult(response.status_code, response.json(), None)
    except requests.RequestException as error:
        return ApiResult(None, None, repr(error))


def send_all(cases: Sequence[ApiCase], timeout: float = 5.0) -> list[ApiResult]:
    return [send(case, timeout) for case in cases]
