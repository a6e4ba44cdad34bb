"""A fixed number of workers; each gets its next case when its last answer is there."""

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


def worker(connection: Connection) -> None:
    for case in iter(connection.recv, None):
        connection.send(send(case))


def send_all(cases: Sequence[ApiCase], processes: int = 4) -> list[ApiResult]:
    waiting = list(enumerate(cases))[::-1]
    results: dict[int, ApiResult] = {}
    busy: dict[Connection, int] = {}
    started = []
    for _ in range(min(processes, len(cases))):
        ours, theirs = Pipe()
        process = Process(target=worker, args=(theirs,), daemon=True)
        process.start()
        theirs.close()
        started.append((process, ours))
        busy[ours], case = waiting.pop()
        ours.send(case)
    while busy:
        for connection in wait(list(busy)):
            number = busy.pop(connection)
            try:
                results[number] = connection.recv()
            except (EOFError, OSError):
                results[number] = ApiResult(None, None, "worker lost")
                continue
            if waiting:
                busy[connection], case = waiting.pop()
                connection.send(case)
    for process, connection in started:
        try:
            connection.send(None)
        except OSError:
            pass
        process.join()
    for number, _ in waiting:
        results[number] = ApiResult(None, None, "no worker left")
    return [results[number] for number in range(len(cases))]
