"""Hands over a function that is defined inside another one: it is there after a fork, but it can't be pickled.

fails: test_works_under_spawn
says: local object
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import Pipe, Process

import requests

from grader.lab import ApiCase, ApiResult


def send(case: ApiCase) -> ApiResult:
    try:
        response = requests.post(case.url, headers=case.headers, json=case.payload, timeout=5)
        return ApiResult(response.status_code, response.json(), None)
    except requests.RequestException as error:
        return ApiResult(None, None, repr(error))


def send_all(cases: Sequence[ApiCase], processes: int = 4) -> list[ApiResult]:
    def send_from_process(case: ApiCase) -> ApiResult:
        receiver, sender = Pipe(duplex=False)

        def work() -> None:
            sender.send(send(case))

        process = Process(target=work)
        process.start()
        process.join()
        return receiver.recv() if receiver.poll() else ApiResult(None, None, "its process died")

    with ThreadPoolExecutor(max_workers=processes) as threads:
        return list(threads.map(send_from_process, cases))
