"""Workers that share one iterator over the cases, and a lock for the moment of taking the next."""

import threading
from collections.abc import Sequence

import requests

from grader.lab import ApiCase, ApiResult


class Sender(threading.Thread):
    """Sends cases until none is left."""

    def __init__(self, numbered, lock, results) -> None:
        super().__init__()
        self.numbered = numbered
        self.lock = lock
        self.results = results

    def run(self) -> None:
        while True:
            with self.lock:
                index, case = next(self.numbered, (None, None))
            if case is None:
                return
            self.results[index] = self.send(case)

    def send(self, case: ApiCase) -> ApiResult:
        with requests.Session() as session:
            try:
                response = session.request("POST", case.url, headers=case.headers, json=case.payload, timeout=(5, 5))
            except OSError as error:
                return ApiResult(None, None, repr(error))
            return ApiResult(response.status_code, response.json(), None)


def send_all(cases: Sequence[ApiCase], max_workers: int = 8) -> list[ApiResult]:
    results: list[ApiResult] = [None] * len(cases)
    numbered = iter(enumerate(cases))
    lock = threading.Lock()
    senders = [Sender(numbered, lock, results) for _ in range(min(max_workers, len(cases)))]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    return results
