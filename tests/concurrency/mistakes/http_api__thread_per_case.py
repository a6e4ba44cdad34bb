"""Starts a thread for every case at once, whatever max_workers says.

fails: test_requests_overlap, test_eight_by_default, test_never_more_than_max_workers
says: 12 requests were in flight at the same time
"""

import threading
from collections.abc import Sequence

import requests

from grader.lab import ApiCase, ApiResult


def send_all(cases: Sequence[ApiCase], max_workers: int = 8) -> list[ApiResult]:
    results: dict[int, ApiResult] = {}

    def send(index: int, case: ApiCase) -> None:
        try:
            response = requests.post(case.url, headers=case.headers, json=case.payload, timeout=5)
            results[index] = ApiResult(response.status_code, response.json(), None)
        except requests.RequestException as error:
            results[index] = ApiResult(None, None, repr(error))

    threads = [threading.Thread(target=send, args=item) for item in enumerate(cases)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [results[index] for index in range(len(cases))]
