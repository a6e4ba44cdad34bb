"""Futures in case order; a lost one becomes a result."""

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


def result_of(future) -> ApiResult:
    error = future.exception()
    return ApiResult(None, None, repr(error)) if error else future.result()


def send_all(cases: Sequence[ApiCase], processes: int = 4) -> list[ApiResult]:
    with ProcessPoolExecutor(max_workers=processes) as pool:
        futures = [pool.submit(send, case) for case in cases]
    return [result_of(future) for future in futures]
