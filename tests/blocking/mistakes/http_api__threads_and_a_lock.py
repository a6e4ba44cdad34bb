"""Starts all threads at once and lets a lock keep the requests apart.

fails: test_one_after_another
says: The requests were sent in threads of their own.
"""

import threading
from collections.abc import Sequence

import requests

from grader.lab import ApiCase, ApiResult


def send(session: requests.Session, case: ApiCase, timeout: float) -> ApiResult:
    try:
        response = session.post(case.url, headers=case.headers, json=case.payload, timeout=timeout)
        return ApiResult(response.status_code, response.json(), None)
    except requests.RequestException as error:
        return ApiResult(None, None, repr(error))


def send_all(cases: Sequence[ApiCase], timeout: float = 5.0) -> list[ApiResult]:
    results: dict[int, ApiResult] = {}
    turn = threading.Lock()
    with requests.Session() as session:

        def send_in_turn(position: int, case: ApiCase) -> None:
            with turn:
                results[position] = send(session, case, timeout)

        threads = [threading.Thread(target=send_in_turn, args=item) for item in enumerate(cases)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return [results[position] for position in range(len(cases))]
