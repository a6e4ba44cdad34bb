"""A session for each thread, kept in threading.local, and closed when all is done."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import requests

from grader.lab import ApiCase, ApiResult


def send_all(cases: Sequence[ApiCase], max_workers: int = 8) -> list[ApiResult]:
    local = threading.local()
    sessions: list[requests.Session] = []

    def open_session() -> None:
        local.session = requests.Session()
        sessions.append(local.session)

    def send(case: ApiCase) -> ApiResult:
        try:
            response = local.session.post(case.url, headers=case.headers, json=case.payload, timeout=5)
            return ApiResult(response.status_code, response.json(), None)
        except requests.RequestException as error:
            return ApiResult(None, None, f"{type(error).__name__}: {error}")

    try:
        with ThreadPoolExecutor(max_workers=max_workers, initializer=open_session) as pool:
            return list(pool.map(send, cases))
    finally:
        for session in sessions:
            session.close()
