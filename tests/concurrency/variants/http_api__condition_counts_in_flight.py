"""A Condition over the number in flight; whoever ends a request wakes the caller to start one."""

import threading
from collections.abc import Sequence

import requests

from grader.lab import ApiCase, ApiResult


def send_all(cases: Sequence[ApiCase], max_workers: int = 8) -> list[ApiResult]:
    changed = threading.Condition()
    in_flight = 0
    results: list[ApiResult] = [ApiResult(None, None, "not sent")] * len(cases)

    def send(index: int) -> None:
        nonlocal in_flight
        case = cases[index]
        try:
            response = requests.post(case.url, None, case.payload, headers=case.headers, timeout=5)
            result = ApiResult(response.status_code, response.json(), None)
        except requests.RequestException as error:
            result = ApiResult(None, None, repr(error))
        with changed:
            results[index] = result
            in_flight -= 1
            changed.notify()

    threads = []
    for index in range(len(cases)):
        with changed:
            changed.wait_for(lambda: in_flight < max_workers)
            in_flight += 1
        threads.append(threading.Thread(target=send, args=(index,)))
        threads[-1].start()
    for thread in threads:
        thread.join()
    return results
