"""Workers that take cases from a queue until it is empty."""

import queue
import threading
from collections.abc import Sequence

import requests

from grader.lab import ApiCase, ApiResult


def send_all(cases: Sequence[ApiCase], max_workers: int = 8) -> list[ApiResult]:
    waiting: queue.Queue[tuple[int, ApiCase]] = queue.Queue()
    for item in enumerate(cases):
        waiting.put(item)
    results: dict[int, ApiResult] = {}

    def work() -> None:
        while True:
            try:
                index, case = waiting.get_nowait()
            except queue.Empty:
                return
            try:
                r = requests.post(case.url, headers=case.headers, json=case.payload, timeout=5)
            except requests.RequestException as error:
                results[index] = ApiResult(None, None, repr(error))
            else:
                results[index] = ApiResult(r.status_code, r.json(), None)

    workers = [threading.Thread(target=work) for _ in range(max_workers)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return [results[index] for index in sorted(results)]
