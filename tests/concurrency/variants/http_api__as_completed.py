"""as_completed, each future's index in a dictionary, and the errors caught by the caller."""

import concurrent.futures
from collections.abc import Sequence

import requests

from grader.lab import ApiCase, ApiResult


def post(case: ApiCase) -> requests.Response:
    return requests.post(case.url, headers=case.headers, json=case.payload, timeout=5)


def send_all(cases: Sequence[ApiCase], max_workers: int = 8) -> list[ApiResult]:
    results: dict[int, ApiResult] = {}
    with concurrent.futures.ThreadPoolExecutor(max_workers=max_workers) as pool:
        index_of = {pool.submit(post, case): index for index, case in enumerate(cases)}
        for future in concurrent.futures.as_completed(index_of):
            try:
                response = future.result()
                result = ApiResult(response.status_code, response.json(), None)
            except requests.RequestException as error:
                result = ApiResult(None, None, repr(error))
            results[index_of[future]] = result
    return [results[index] for index in range(len(cases))]
