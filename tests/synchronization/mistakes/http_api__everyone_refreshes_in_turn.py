"""When a refresh has failed, each thread that waited for the lock tries itself.

fails: test_failed_refresh
says: more requests followed before all that waited
"""

import threading
import time
from collections.abc import Sequence

import requests

from grader.lab import ApiCase, ApiResult


def send(case: ApiCase) -> ApiResult:
    try:
        response = requests.post(case.url, headers=case.headers, json=case.payload, timeout=5)
        return ApiResult(response.status_code, response.json(), None)
    except requests.RequestException as error:
        return ApiResult(None, None, repr(error))


def send_all(cases: Sequence[ApiCase]) -> list[ApiResult]:
    lock = threading.Lock()
    results: dict[int, ApiResult] = {}

    def run(index: int, case: ApiCase) -> None:
        with lock:
            result = send(case)
        results[index] = result
        if result.error is None:
            time.sleep(result.body["work"])

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(cases)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [results[index] for index in range(len(cases))]


class TokenSource:
    def __init__(self, url: str) -> None:
        self.url = url
        self.lock = threading.Lock()
        self.current: str | None = None

    def token(self) -> str:
        with self.lock:
            if self.current is None:
                self.current = self.fetch()
            return self.current

    def fetch(self) -> str:
        response = requests.post(self.url, timeout=5)
        response.raise_for_status()
        return response.json()["token"]

    def invalidate(self, token: str) -> None:
        with self.lock:
            if self.current == token:
                self.current = None
