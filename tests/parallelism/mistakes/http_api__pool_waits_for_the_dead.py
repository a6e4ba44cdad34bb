"""A multiprocessing.Pool replaces a process that was killed, and waits for ever for the answer of the old one.

fails: test_killed_process
says: Your program waits for ever
"""

from collections.abc import Sequence
from multiprocessing import Pool

import requests

from grader.lab import ApiCase, ApiResult


def send(case: ApiCase) -> ApiResult:
    try:
        response = requests.post(case.url, headers=case.headers, json=case.payload, timeout=5)
        return ApiResult(response.status_code, response.json(), None)
    except requests.RequestException as error:
        return ApiResult(None, None, repr(error))


def send_all(cases: Sequence[ApiCase], processes: int = 4) -> list[ApiResult]:
    with Pool(processes) as pool:
        return pool.map(send, cases, chunksize=1)
