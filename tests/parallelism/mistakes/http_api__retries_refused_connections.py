"""Tries a case again whose connection was refused.

fails: test_failures_become_results
says: was sent more than once
"""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor

import requests

from grader.lab import ApiCase, ApiResult


def send_once(case: ApiCase) -> ApiResult:
    try:
        response = requests.post(case.url, headers=case.headers, json=case.payload, timeout=5)
        return ApiResult(response.status_code, response.json(), None)
    except requests.ConnectionError:
        return None
    except requests.RequestException as error:
        return ApiResult(None, None, repr(error))


def send(case: ApiCase) -> ApiResult:
    return send_once(case) or send_once(case) or ApiResult(None, None, "refused twice")


def send_all(cases: Sequence[ApiCase], processes: int = 4) -> list[ApiResult]:
    with ProcessPoolExecutor(max_workers=processes) as pool:
        return list(pool.map(send, cases))
