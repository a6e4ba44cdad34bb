"""Prepares each request and sends it; the body is encoded by hand."""

import json
from collections.abc import Sequence

import requests

from grader.lab import ApiCase, ApiResult


def send_all(cases: Sequence[ApiCase], timeout: float = 5.0) -> list[ApiResult]:
    session = requests.Session()
    with session:
        results = []
        for case in cases:
            headers = {**case.headers, "Content-Type": "application/json"}
            request = requests.Request("POST", case.url, headers=headers, data=json.dumps(case.payload).encode())
            try:
                response = session.send(session.prepare_request(request), timeout=(timeout, timeout))
                result = ApiResult(response.status_code, json.loads(response.content), None)
            except requests.RequestException as error:
                result = ApiResult(None, None, repr(error))
            results.append(result)
    return results
