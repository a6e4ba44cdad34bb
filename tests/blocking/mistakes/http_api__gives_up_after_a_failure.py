"""Takes a failed request for a sign that all further ones fail, and doesn't send them.

fails: test_failures_become_results, test_silent_server_times_out, test_timeout_is_the_callers
says: Not every request was started.
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
    error = None
    with requests.Session() as session:
        for case in cases:
            if error is None:
                results.append(send(session, case, timeout))
                error = results[-1].error
            else:
                results.append(ApiResult(None, None, error))
    return results
