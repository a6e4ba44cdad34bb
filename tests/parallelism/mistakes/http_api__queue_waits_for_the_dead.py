"""Waits at a queue for as many answers as there are cases, though a process that is killed sends none.

fails: test_killed_process
says: waits here for ever
"""

from collections.abc import Sequence
from multiprocessing import Process, Queue, SimpleQueue

import requests

from grader.lab import ApiCase, ApiResult


def send(case: ApiCase) -> ApiResult:
    try:
        response = requests.post(case.url, headers=case.headers, json=case.payload, timeout=5)
        return ApiResult(response.status_code, response.json(), None)
    except requests.RequestException as error:
        return ApiResult(None, None, repr(error))


def worker(tasks, answers) -> None:
    while (task := tasks.get()) is not None:
        number, case = task
        answers.put((number, send(case)))


def send_all(cases: Sequence[ApiCase], processes: int = 4) -> list[ApiResult]:
    tasks, answers = SimpleQueue(), Queue()
    workers = [Process(target=worker, args=(tasks, answers)) for _ in range(min(processes, len(cases)))]
    for process in workers:
        process.start()
    for task in [*enumerate(cases), *[None] * len(workers)]:
        tasks.put(task)
    results = dict(answers.get() for _ in cases)
    for process in workers:
        process.join()
    return [results[number] for number in range(len(cases))]
