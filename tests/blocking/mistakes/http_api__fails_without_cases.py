"""Takes the host from the first case before it knows whether there is one.

fails: test_each_case_sends_its_own_request
says: It raised IndexError
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
    host = cases[0].url.partition("/orders")[0]
    with requests.Session() as session:
        session.mount(host, requests.adapters.HTTPAdapter(pool_maxsize=1))
        return [send(session, case, timeout) for case in cases]
