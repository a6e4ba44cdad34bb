"""Lets a failure end the process that had it, which sends no further case.

fails: test_failures_become_results
says: The result of case 3
"""

import multiprocessing
from collections.abc import Sequence
from multiprocessing.connection import Connection, wait

import requests

from grader.lab import ApiCase, ApiResult


def send(case: ApiCase) -> ApiResult:
    response = requests.post(case.url, headers=case.headers, json=case.payload, timeout=5)
    return ApiResult(response.status_code, response.json(), None)


def worker(cases: Sequence[ApiCase], counter, connection: Connection) -> None:
    while True:
        with counter.get_lock():
            number = counter.value
            counter.value += 1
        if number >= len(cases):
            break
        connection.send((number, send(cases[number])))


def send_all(cases: Sequence[ApiCase], processes: int = 4) -> list[ApiResult]:
    counter = multiprocessing.Value("i", 0)
    results = {}
    readers, started = [], []
    for _ in range(min(processes, len(cases))):
        reader, writer = multiprocessing.Pipe(False)
        process = multiprocessing.Process(target=worker, args=(cases, counter, writer))
        process.start()
        writer.close()
        readers.append(reader)
        started.append(process)
    while readers:
        for reader in wait(readers):
            try:
                number, result = reader.recv()
                results[number] = result
            except EOFError:
                readers.remove(reader)
    for process in started:
        process.join()
    lost = ApiResult(None, None, "lost with its process")
    return [results.get(number, lost) for number in range(len(cases))]
