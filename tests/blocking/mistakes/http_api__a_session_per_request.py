"""Makes a session for each case, and closes each.

fails: test_one_session
says: The requests did not share one session.
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
    results: list[ApiResult] = []
    for case in cases:
        with requests.Session() as session:
            results.append(send(session, case, timeout))
    return results
