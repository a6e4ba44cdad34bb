"""Starts a request while the number in flight is not above the limit, which lets in one too many.

fails: test_requests_overlap, test_eight_by_default, test_never_more_than_max_workers
says: 4 requests were in flight at the same time
"""

import threading
from collections.abc import Sequence

import requests

from grader.lab import ApiCase, ApiResult


def send_all(cases: Sequence[ApiCase], max_workers: int = 8) -> list[ApiResult]:
    changed = threading.Condition()
    in_flight = 0
    results: dict[int, ApiResult] = {}

    def send(index: int, case: ApiCase) -> None:
        nonlocal in_flight
        try:
            response = requests.post(case.url, headers=case.headers, json=case.payload, timeout=5)
            results[index] = ApiResult(response.status_code, response.json(), None)
        except requests.RequestException as error:
            results[index] = ApiResult(None, None, repr(error))
        with changed:
            in_flight -= 1
            changed.notify()

    threads = []
    for index, case in enumerate(cases):
        with changed:
            changed.wait_for(lambda: in_flight <= max_workers)
            in_flight += 1
        thread = threading.Thread(target=send, args=(index, case))
        thread.start()
        threads.append(thread)
    for thread in threads:
        thread.join()
    return [results[index] for index in range(len(cases))]
