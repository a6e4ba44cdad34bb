"""Sends in a thread, gives up on it after the timeout, and leaves it behind.

fails: test_one_after_another, test_silent_server_times_out, test_timeout_is_the_callers
says: The call ended before every request was done.
"""

import threading
from collections.abc import Sequence

import requests

from grader.lab import ApiCase, ApiResult


def send(session: requests.Session, case: ApiCase) -> ApiResult:
    try:
        response = session.post(case.url, headers=case.headers, json=case.payload)
        return ApiResult(response.status_code, response.json(), None)
    except requests.RequestException as error:
        return ApiResult(None, None, repr(error))


def send_all(cases: Sequence[ApiCase], timeout: float = 5.0) -> list[ApiResult]:
    results: list[ApiResult] = []
    with requests.Session() as session:
        for case in cases:
            outcome: list[ApiResult] = []
            thread = threading.Thread(target=lambda: outcome.append(send(session, case)), daemon=True)
            thread.start()
            thread.join(timeout)
            results.append(outcome[0] if outcome else ApiResult(None, None, "no answer in time"))
    return results
