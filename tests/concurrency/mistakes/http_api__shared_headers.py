"""Updates one dictionary of headers for all cases, so all are sent with the last case's.

fails: test_each_case_sends_its_own_request
says: was sent with the wrong headers.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import requests

from grader.lab import ApiCase, ApiResult


def send(request: dict[str, Any]) -> ApiResult:
    try:
        response = requests.post(**request, timeout=5)
        return ApiResult(response.status_code, response.json(), None)
    except requests.RequestException as error:
        return ApiResult(None, None, repr(error))


def send_all(cases: Sequence[ApiCase], max_workers: int = 8) -> list[ApiResult]:
    headers = {"Accept": "application/json"}
    prepared = []
    for case in cases:
        headers.update(case.headers)
        prepared.append({"url": case.url, "headers": headers, "json": case.payload})
    with ThreadPoolExecutor(max_workers=max_workers) as pool:
        return list(pool.map(send, prepared))
