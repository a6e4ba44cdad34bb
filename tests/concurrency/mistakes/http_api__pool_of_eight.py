"""Makes a pool of eight threads, the default of max_workers, whatever the caller asked for.

fails: test_requests_overlap, test_never_more_than_max_workers
says: 8 requests were in flight at the same time
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import requests

from grader.lab import ApiCase, ApiResult


def send(case: ApiCase) -> ApiResult:
    try:
        response = requests.post(case.url, headers=case.headers, json=case.payload, timeout=5)
        return ApiResult(response.status_code, response.json(), None)
    except requests.RequestException as error:
        return ApiResult(None, None, repr(error))


def send_all(cases: Sequence[ApiCase], max_workers: int = 8) -> list[ApiResult]:
    with ThreadPoolExecutor(max_workers=8) as pool:
        return list(pool.map(send, cases))
