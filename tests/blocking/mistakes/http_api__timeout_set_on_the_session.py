"""Sets the timeout as an attribute of the session, which requests takes no notice of.

fails: test_silent_server_times_out, test_timeout_is_the_callers
says: Does every request have a timeout?
"""

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
    with requests.Session() as session:
        session.timeout = timeout
        return [send(session, case) for case in cases]
