"""Gives the request no time-out, so a server that never answers is waited for for ever.

fails: test_silent_server_times_out
says: Your program waits for ever
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import requests

from grader.lab import ApiCase, ApiResult


def send(case: ApiCase) -> ApiResult:
    try:
        response = requests.post(case.url, headers=case.headers, json=case.payload)
        return ApiResult(response.status_code, response.json(), None)
    except requests.RequestException as error:
        return ApiResult(None, None, repr(error))


def send_all(cases: Sequence[ApiCase], max_workers: int = 8) -> list[ApiResult]:
    with ThreadPoolExecutor(max_workers=max_workers) as pool:
        return list(pool.map(send, cases))
