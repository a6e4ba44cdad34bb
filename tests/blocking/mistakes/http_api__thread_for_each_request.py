"""Starts a thread for each request and joins it before the next.

fails: test_one_after_another
says: The requests were sent in threads of their own.
"""

import threading
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
    with requests.Session() as session:
        for case in cases:
            thread = threading.Thread(target=lambda: results.append(send(session, case, timeout)))
            thread.start()
            thread.join()
    return results
