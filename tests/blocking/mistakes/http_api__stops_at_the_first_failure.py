"""Returns what it has when a request fails.

fails: test_failures_become_results, test_silent_server_times_out, test_timeout_is_the_callers
says: It returned 2 results for 5 cases.
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
    with requests.Session() as session:
        for case in cases:
            result = send(session, case, timeout)
            if result.error is not None:
                break
            results.append(result)
    return results
