"""The caller takes a place before it starts each thread; the thread gives it back."""

from collections.abc import Sequence
from threading import BoundedSemaphore, Thread

import requests
from requests.exceptions import ConnectionError, Timeout

from grader.lab import ApiCase, ApiResult


def send_all(cases: Sequence[ApiCase], max_workers: int = 8) -> list[ApiResult]:
    places = BoundedSemaphore(max_workers)
    results: list[ApiResult | None] = [None] * len(cases)

    def send(index: int) -> None:
        case = cases[index]
        try:
            answer = requests.post(case.url, json=case.payload, headers=case.headers, timeout=5)
            results[index] = ApiResult(answer.status_code, answer.json(), None)
        except Timeout:
            results[index] = ApiResult(None, None, "no answer within 5 seconds")
        except ConnectionError:
            results[index] = ApiResult(None, None, "no connection")
        finally:
            places.release()

    threads = []
    for index in range(len(cases)):
        places.acquire()
        thread = Thread(target=send, args=(index,))
        thread.start()
        threads.append(thread)
    for thread in threads:
        thread.join()
    return [result for result in results if result is not None]
