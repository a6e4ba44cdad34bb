"""A generator that owns the session, and a list of all that it gives."""

import contextlib
from collections.abc import Iterator, Sequence

import requests

from grader.lab import ApiCase, ApiResult


def results_of(cases: Sequence[ApiCase], timeout: float) -> Iterator[ApiResult]:
    with contextlib.closing(requests.session()) as session:
        for case in cases:
            try:
                response = session.request("POST", case.url, headers=case.headers, json=case.payload, timeout=timeout)
                yield ApiResult(response.status_code, response.json(), None)
            except requests.RequestException as error:
                yield ApiResult(None, None, f"{type(error).__name__}: {error}")


def send_all(cases: Sequence[ApiCase], timeout: float = 5.0) -> list[ApiResult]:
    return list(results_of(cases, timeout))
