"""Leaves the thread that fetches the tokens waiting for ever.

fails: test_one_refresh_for_all, test_failed_refresh
says: still running after your function returned
"""

import queue
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future

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
        self.waiting: list[Future[str]] = []
        self.asked: queue.SimpleQueue[None] = queue.SimpleQueue()
        self.refresher: threading.Thread | None = None

    def token(self) -> str:
        mine: Future[str] = Future()
        with self.lock:
            if self.current is not None:
                return self.current
            self.waiting.append(mine)
            if len(self.waiting) == 1:
                self.asked.put(None)
            if self.refresher is None:
                self.refresher = threading.Thread(target=self.run, daemon=True)
                self.refresher.start()
        return mine.result()

    def run(self) -> None:
        while True:
            self.asked.get()
            token = error = None
            try:
                response = requests.post(self.url, timeout=5)
                response.raise_for_status()
                token = response.json()["token"]
            except Exception as caught:
                error = caught
            with self.lock:
                self.current = token
                waiting, self.waiting = self.waiting, []
            for one in waiting:
                if error is None:
                    one.set_result(token)
                else:
                    one.set_exception(error)

    def invalidate(self, token: str) -> None:
        with self.lock:
            if self.current == token:
                self.current = None
