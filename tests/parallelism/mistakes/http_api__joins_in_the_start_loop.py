"""Waits for each process right after its start, so each request waits for the one before it.

fails: test_requests_overlap
says: The requests were sent one after another.
"""

from collections.abc import Sequence
from multiprocessing import Pipe, Process
from multiprocessing.connection import Connection

import requests

from grader.lab import ApiCase, ApiResult


def send(case: ApiCase) -> ApiResult:
    try:
        response = requests.post(case.url, headers=case.headers, json=case.payload, timeout=5)
        return ApiResult(response.status_code, response.json(), None)
    except requests.RequestException as error:
        return ApiResult(None, None, repr(error))


def send_to(case: ApiCase, connection: Connection) -> None:
    connection.send(send(case))


def send_all(cases: Sequence[ApiCase], processes: int = 4) -> list[ApiResult]:
    results = []
    for case in cases:
        receiver, sender = Pipe(duplex=False)
        process = Process(target=send_to, args=(case, sender))
        process.start()
        process.join()
        results.append(receiver.recv() if process.exitcode == 0 else ApiResult(None, None, "its process died"))
    return results
