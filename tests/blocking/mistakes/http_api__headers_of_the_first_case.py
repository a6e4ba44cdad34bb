"""Gives the session the headers of the first case, for all.

fails: test_each_case_sends_its_own_request
says: Case 2 was sent with the wrong headers.
"""

from collections.abc import Sequence

import requests

from grader.lab import ApiCase, ApiResult


def send(session: requests.Session, case: ApiCase, timeout: float) -> ApiResult:
    try:
        response = session.post(case.url, json=case.payload, timeout=timeout)
        return ApiResult(response.status_code, response.json(), None)
    except requests.RequestException as error:
        return ApiResult(None, None, repr(error))


def send_all(cases: Sequence[ApiCase], timeout: float = 5.0) -> list[ApiResult]:
    with requests.Session() as session:
        if cases:
            session.headers.update(cases[0].headers)
        return [send(session, case, timeout) for case in cases]
