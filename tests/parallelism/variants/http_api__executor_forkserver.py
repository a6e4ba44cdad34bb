"""An executor whose processes come from a fork server."""

import multiprocessing
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


def send_all(cases: Sequence[ApiCase], processes: int = 4) -> list[ApiResult]:
    if not cases:
        return []
    size = min(processes, len(cases))
    with ProcessPoolExecutor(size, mp_context=multiprocessing.get_context("forkserver")) as pool:
        return list(pool.map(send, cases))
