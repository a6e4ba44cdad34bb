"""A thread subclass with a semaphore of the module; a condition with flags for the refresh."""

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


one_at_a_time = threading.BoundedSemaphore()


class Sender(threading.Thread):
    """Sends one case when it is its turn, and works on the result."""

    def __init__(self, case: ApiCase) -> None:
        super().__init__()
        self.case = case
        self.result: ApiResult | None = None

    def run(self) -> None:
        with one_at_a_time:
            self.result = send(self.case)
        if self.result.status is not None:
            time.sleep(self.result.body["work"])


def send_all(cases: Sequence[ApiCase]) -> list[ApiResult]:
    senders = list(map(Sender, cases))
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    return [sender.result for sender in senders]


class TokenSource:
    def __init__(self, url: str) -> None:
        self.url = url
        self.changed = threading.Condition()
        self.value = None
        self.fetching = False
        self.error = None

    def token(self) -> str:
        with self.changed:
            waited = False
            while self.fetching:
                waited = True
                self.changed.wait()
            if self.value is not None:
                return self.value
            if waited and self.error is not None:
                raise self.error
            self.fetching, self.error = True, None
        try:
            response = requests.post(self.url, timeout=5)
            response.raise_for_status()
            value, failure = response.json()["token"], None
        except requests.RequestException as error:
            value, failure = None, error
        with self.changed:
            self.value, self.error, self.fetching = value, failure, False
            self.changed.notify_all()
        if failure:
            raise failure
        return value

    def invalidate(self, token: str) -> None:
        with self.changed:
            if token == self.value:
                self.value = None
