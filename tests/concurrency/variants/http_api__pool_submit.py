"""A pool's submit; the futures are asked for their results in case order."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import requests

from grader.lab import ApiCase, ApiResult


def call(url: str, headers: dict[str, str], payload: object) -> ApiResult:
    try:
        response = requests.post(url, json=payload, headers=headers, timeout=5.0)
    except requests.exceptions.RequestException as error:
        return ApiResult(status=None, body=None, error=str(error) or type(error).__name__)
    return ApiResult(status=response.status_code, body=response.json(), error=None)


def send_all(cases: Sequence[ApiCase], max_workers: int = 8) -> list[ApiResult]:
    with ThreadPoolExecutor(max_workers) as executor:
        futures = [executor.submit(call, c.url, c.headers, c.payload) for c in cases]
        return [future.result() for future in futures]
