"""Catches errors around the loop, so one failure ends it.

fails: test_failures_become_results, test_silent_server_times_out, test_timeout_is_the_callers
says: It returned 3 results for 5 cases.
"""

from collections.abc import Sequence

import requests

from grader.lab import ApiCase, ApiResult


def send_all(cases: Sequence[ApiCase], timeout: float = 5.0) -> list[ApiResult]:
    results: list[ApiResult] = []
    with requests.Session() as session:
        try:
            for case in cases:
                response = session.post(case.url, headers=case.headers, json=case.payload, timeout=timeout)
                results.append(ApiResult(response.status_code, response.json(), None))
        except requests.RequestException as error:
            results.append(ApiResult(None, None, repr(error)))
    return results
