"""Raises an error at once when a process is killed, and leaves the others running.

fails: test_killed_process
says: was still running when your function returned
"""

from collections.abc import Sequence
from multiprocessing import Pipe, Process
from multiprocessing.connection import Connection, wait

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
    waiting = list(enumerate(cases))
    running: dict[Connection, tuple[int, Process]] = {}
    results: dict[int, ApiResult] = {}
    while waiting or running:
        while waiting and len(running) < processes:
            number, case = waiting.pop(0)
            receiver, sender = Pipe(duplex=False)
            process = Process(target=send_to, args=(case, sender))
            process.start()
            sender.close()
            running[receiver] = number, process
        for receiver in wait(list(running)):
            number, process = running.pop(receiver)
            results[number] = receiver.recv()
            process.join()
    return [results[number] for number in sorted(results)]
