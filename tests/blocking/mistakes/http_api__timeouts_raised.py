"""Catches refused connections only, so a time-out is raised.

fails: test_silent_server_times_out, test_timeout_is_the_callers
says: A failed request raised an error instead of becoming a result.
"""

from collections.abc import Sequence

import requests

from grader.lab import ApiCase, ApiResult


def send(session: requests.Session, case: ApiCase, timeout: float) -> ApiResult:
    try:
        response = session.post(case.url, headers=case.headers, json=case.payload, timeout=timeout)
        return ApiResult(response.status_code, response.json(), None)
    except requests.ConnectionError as error:
        return ApiResult(None, None, repr(error))


def send_all(cases: Sequence[ApiCase], timeout: float = 5.0) -> list[ApiResult]:
    with requests.Session() as session:
        return [send(session, case, timeout) for case in cases]
