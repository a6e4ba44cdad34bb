"""Streams the answers, with a Timeout object of urllib3, and returns early when there is nothing to do."""

import json
from collections.abc import Sequence

import requests
from urllib3 import Timeout

from grader.lab import ApiCase, ApiResult


def send(session: requests.Session, case: ApiCase, timeout: float) -> ApiResult:
    limit = Timeout(connect=timeout, read=timeout)
    try:
        response = session.post(case.url, headers=case.headers, json=case.payload, timeout=limit, stream=True)
        with response:
            return ApiResult(response.status_code, json.loads(response.raw.read()), None)
    except requests.RequestException as error:
        return ApiResult(None, None, repr(error))


def send_all(cases: Sequence[ApiCase], timeout: float = 5.0) -> list[ApiResult]:
    if not cases:
        return []
    with requests.Session() as session:
        return [send(session, case, timeout) for case in cases]
