"""Collects the headers of all cases in one dictionary.

fails: test_each_case_sends_its_own_request
says: sent with the wrong headers
"""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial

import requests

from grader.lab import ApiCase, ApiResult


def send(headers: dict[str, str], case: ApiCase) -> ApiResult:
    try:
        response = requests.post(case.url, headers=headers, json=case.payload, timeout=5)
        return ApiResult(response.status_code, response.json(), None)
    except requests.RequestException as error:
        return ApiResult(None, None, repr(error))


def send_all(cases: Sequence[ApiCase], processes: int = 4) -> list[ApiResult]:
    headers: dict[str, str] = {}
    for case in cases:
        headers |= case.headers
    with ProcessPoolExecutor(max_workers=processes) as pool:
        return list(pool.map(partial(send, headers), cases))
