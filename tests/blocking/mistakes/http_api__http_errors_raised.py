"""Calls raise_for_status() where nothing catches what it raises.

fails: test_failures_become_results
says: A failed request raised an error instead of becoming a result.
"""

from collections.abc import Sequence

import requests

from grader.lab import ApiCase, ApiResult


def send(session: requests.Session, case: ApiCase, timeout: float) -> ApiResult:
    try:
        response = session.post(case.url, headers=case.headers, json=case.payload, timeout=timeout)
    except requests.RequestException as error:
        return ApiResult(None, None, repr(error))
    response.raise_for_status()
    return ApiResult(response.status_code, response.json(), None)


def send_all(cases: Sequence[ApiCase], timeout: float = 5.0) -> list[ApiResult]:
    with requests.Session() as session:
        return [send(session, case, timeout) for case in cases]
