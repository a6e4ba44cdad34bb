"""Sends from a pool with one thread: in order, but not from the caller's thread.

fails: test_one_after_another
says: The requests were sent in threads of their own.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import requests

from grader.lab import ApiCase, ApiResult


def send(session: requests.Session, case: ApiCase, timeout: float) -> ApiResult:
    try:
        response = session.post(case.url, headers=case.headers, json=case.payload, timeout=timeout)
        return ApiResult(response.status_code, response.json(), None)
    except requests.RequestException as error:
        return ApiResult(None, None, repr(error))


def send_all(cases: Sequence[ApiCase], timeout: float = 5.0) -> list[ApiResult]:
    with requests.Session() as session, ThreadPoolExecutor(max_workers=1) as pool:
        return list(pool.map(lambda case: send(session, case, timeout), cases))
