"""Gives a request's turn back only when there was an answer, so that each failure costs a turn for good.

fails: test_failures_become_results
says: Your program waits for ever
"""

import threading
from collections.abc import Sequence

import requests

from grader.lab import ApiCase, ApiResult


def send_all(cases: Sequence[ApiCase], max_workers: int = 8) -> list[ApiResult]:
    turns = threading.Semaphore(max_workers)
    results: dict[int, ApiResult] = {}

    def send(index: int, case: ApiCase) -> None:
        turns.acquire()
        try:
            response = requests.post(case.url, headers=case.headers, json=case.payload, timeout=5)
            results[index] = ApiResult(response.status_code, response.json(), None)
            turns.release()
        except requests.RequestException as error:
            results[index] = ApiResult(None, None, repr(error))

    threads = [threading.Thread(target=send, args=item) for item in enumerate(cases)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [results[index] for index in range(len(cases))]
