"""Swallows the errors and returns None for a request that has no answer.

fails: test_failures_become_results, test_silent_server_times_out
says: The result of case 3 is wrong.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import requests

from grader.lab import ApiCase, ApiResult


def send(case: ApiCase) -> Any:
    try:
        response = requests.post(case.url, headers=case.headers, json=case.payload, timeout=5)
        return ApiResult(response.status_code, response.json(), None)
    except Exception:
        return None


def send_all(cases: Sequence[ApiCase], max_workers: int = 8) -> list[ApiResult]:
    with ThreadPoolExecutor(max_workers=max_workers) as pool:
        return list(pool.map(send, cases))
