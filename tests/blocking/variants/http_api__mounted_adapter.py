"""An adapter that gives every request the timeout, mounted on a session in an ExitStack."""

import contextlib
from collections.abc import Sequence

import requests
from requests.adapters import HTTPAdapter

from grader.lab import ApiCase, ApiResult


class PatientAdapter(HTTPAdapter):
    def __init__(self, timeout: float) -> None:
        super().__init__()
        self.timeout = timeout

    def send(self, request, **kwargs):
        kwargs["timeout"] = self.timeout
        return super().send(request, **kwargs)


def send_all(cases: Sequence[ApiCase], timeout: float = 5.0) -> list[ApiResult]:
    with contextlib.ExitStack() as stack:
        session = stack.enter_context(requests.Session())
        session.mount("http://", PatientAdapter(timeout))
        results = []
        for case in cases:
            try:
                with session.post(case.url, headers=case.headers, json=case.payload) as response:
                    results.append(ApiResult(response.status_code, response.json(), None))
            except requests.exceptions.RequestException as error:
                results.append(ApiResult(status=None, body=None, error=repr(error)))
        return results
