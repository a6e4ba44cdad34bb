"""Works through the cases from the end, and puts the results in order afterwards.

fails: test_one_after_another
says: The requests were sent in another order than their own.
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
    waiting = list(cases)
    results: list[ApiResult] = []
    with requests.Session() as session:
        while waiting:
            results.append(send(session, waiting.pop(), timeout))
    return results[::-1]
