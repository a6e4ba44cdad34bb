"""map() over a partial of the function for one case; connection errors and time-outs told apart."""

import functools
from collections.abc import Sequence

import requests

from grader.lab import ApiCase, ApiResult


def send(session: requests.Session, case: ApiCase, timeout: float) -> ApiResult:
    try:
        response = session.post(case.url, headers=case.headers, json=case.payload, timeout=timeout)
    except requests.Timeout:
        return ApiResult(None, None, f"no answer within {timeout} seconds")
    except requests.ConnectionError as error:
        return ApiResult(None, None, f"no connection: {error}")
    return ApiResult(response.status_code, response.json(), None)


def send_all(cases: Sequence[ApiCase], timeout: float = 5.0) -> list[ApiResult]:
    with requests.Session() as session:
        return list(map(functools.partial(send, session, timeout=timeout), cases))
