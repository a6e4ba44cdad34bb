"""Keeps the pool in a global variable, and with it its processes.

fails: test_leaves_no_process
says: was still running when your function returned
"""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor

import requests

from grader.lab import ApiCase, ApiResult


def send(case: ApiCase) -> ApiResult:
    try:
        response = requests.post(case.url, headers=case.headers, json=case.payload, timeout=5)
        return ApiResult(response.status_code, response.json(), None)
    except requests.RequestException as error:
        return ApiResult(None, None, repr(error))


pools: dict[int, ProcessPoolExecutor] = {}


def send_all(cases: Sequence[ApiCase], processes: int = 4) -> list[ApiResult]:
    if processes not in pools:
        pools[processes] = ProcessPoolExecutor(max_workers=processes)
    return list(pools[processes].map(send, cases))
