"""Each process of the pool has a session of its own, made when it starts."""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor

import requests

from grader.lab import ApiCase, ApiResult


session = None


def start_session() -> None:
    global session
    session = requests.Session()


def send(case: ApiCase) -> ApiResult:
    try:
        response = session.post(case.url, headers=case.headers, json=case.payload, timeout=(5, 5))
    except requests.exceptions.RequestException as error:
        return ApiResult(status=None, body=None, error=type(error).__name__)
    return ApiResult(status=response.status_code, body=response.json(), error=None)


def send_all(cases: Sequence[ApiCase], processes: int = 4) -> list[ApiResult]:
    with ProcessPoolExecutor(processes, initializer=start_session) as pool:
        return list(pool.map(send, cases, chunksize=1))
