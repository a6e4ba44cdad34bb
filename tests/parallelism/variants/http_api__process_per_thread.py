"""As many threads as are allowed, each of which starts one process after another and waits for it."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
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


def send_from_process(case: ApiCase) -> ApiResult:
    receiver, sender = Pipe(duplex=False)
    process = Process(target=send_to, args=(case, sender))
    process.start()
    process.join()
    try:
        if receiver.poll():
            return receiver.recv()
    except EOFError:
        pass
    return ApiResult(None, None, f"the process ended with {process.exitcode}")


def send_all(cases: Sequence[ApiCase], processes: int = 4) -> list[ApiResult]:
    with ThreadPoolExecutor(max_workers=processes) as threads:
        return list(threads.map(send_from_process, cases))
