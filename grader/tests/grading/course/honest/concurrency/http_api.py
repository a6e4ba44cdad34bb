"""An honest solution."""

from concurrent.futures import ThreadPoolExecutor

import requests

from grader.lab import ApiResult


def send(case):
    """Send one case."""
    answer = requests.post(case.url, headers=case.headers, json=case.payload, timeout=5)
    return ApiResult(answer.status_code, answer.json(), None)


def send_all(cases):
    """Send all cases at once."""
    with ThreadPoolExecutor(len(cases)) as pool:
        return list(pool.map(send, cases))
