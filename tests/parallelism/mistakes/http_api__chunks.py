"""Lets map() hand over several cases at a time, so some wait behind a slow one.

fails: test_requests_overlap
says: There were not always as many requests in progress as there could be.
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


def send_all(cases: Sequence[ApiCase], processes: int = 4) -> list[ApiResult]:
    with ProcessPoolExecutor(max_workers=processes) as pool:
        return list(pool.map(send, cases, chunksize=-(-len(cases) // processes) or 1))
