"""Makes a new session when a request has failed.

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
    session = requests.Session()
    for case in cases:
        results.append(send(session, case, timeout))
        if results[-1].error is not None:
            session.close()
            session = requests.Session()
    session.close()
    return results
