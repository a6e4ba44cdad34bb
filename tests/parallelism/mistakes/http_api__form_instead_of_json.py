"""Sends the payload as a form.

fails: test_each_case_sends_its_own_request
says: sent with the wrong body
"""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor

import requests

from grader.lab import ApiCase, ApiResult


def send(case: ApiCase) -> ApiResult:
    try:
        response = requests.post(case.url, headers=case.headers, data=case.payload, timeout=5)
        return ApiResult(response.status_code, response.json(), None)
    except requests.RequestException as error:
        return ApiResult(None, None, repr(error))


def send_all(cases: Sequence[ApiCase], processes: int = 4) -> list[ApiResult]:
    with ProcessPoolExecutor(max_workers=processes) as pool:
        return list(pool.map(send, cases))
