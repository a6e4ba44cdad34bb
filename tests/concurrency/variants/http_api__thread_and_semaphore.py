"""A thread for each case, and one semaphore that lets only so many of them send."""

import threading
from collections.abc import Sequence

import requests

from grader.lab import ApiCase, ApiResult


def send_all(cases: Sequence[ApiCase], max_workers: int = 8) -> list[ApiResult]:
    turn = threading.Semaphore(max_workers)
    results: dict[int, ApiResult] = {}

    def send(index: int, case: ApiCase) -> None:
        with turn:
            try:
                answer = requests.post(case.url, headers=case.headers, json=case.payload, timeout=5)
                results[index] = ApiResult(answer.status_code, answer.json(), None)
            except requests.RequestException as error:
                results[index] = ApiResult(None, None, repr(error))

    threads = [threading.Thread(target=send, args=pair) for pair in enumerate(cases)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [results[index] for index in range(len(cases))]
