"""Results are stored by position as they come."""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed

import requests

from grader.lab import ApiCase, ApiResult


def send(case: ApiCase) -> ApiResult:
    try:
        response = requests.post(case.url, headers=case.headers, json=case.payload, timeout=5)
        return ApiResult(response.status_code, response.json(), None)
    except requests.RequestException as error:
        return ApiResult(None, None, repr(error))


def send_all(cases: Sequence[ApiCase], processes: int = 4) -> list[ApiResult]:
    results = [ApiResult(None, None, "never sent")] * len(cases)
    with ProcessPoolExecutor(max_workers=processes) as pool:
        numbers = {pool.submit(send, case): number for number, case in enumerate(cases)}
        for future in as_completed(numbers):
            try:
                results[numbers[future]] = future.result()
            except Exception as error:
                results[numbers[future]] = ApiResult(None, None, str(error) or "lost")
    return results
