"""Waits with the queue's join() and leaves its workers waiting for more cases for ever.

fails: test_nothing_left_behind
says: still running after your function returned
"""

import queue
import threading
from collections.abc import Sequence

import requests

from grader.lab import ApiCase, ApiResult


def send_all(cases: Sequence[ApiCase], max_workers: int = 8) -> list[ApiResult]:
    waiting: queue.Queue[tuple[int, ApiCase]] = queue.Queue()
    results: dict[int, ApiResult] = {}

    def work() -> None:
        while True:
            index, case = waiting.get()
            try:
                response = requests.post(case.url, headers=case.headers, json=case.payload, timeout=5)
                results[index] = ApiResult(response.status_code, response.json(), None)
            except requests.RequestException as error:
                results[index] = ApiResult(None, None, repr(error))
            waiting.task_done()

    for item in enumerate(cases):
        waiting.put(item)
    for _ in range(max_workers):
        threading.Thread(target=work, daemon=True).start()
    waiting.join()
    return [results[index] for index in range(len(cases))]
