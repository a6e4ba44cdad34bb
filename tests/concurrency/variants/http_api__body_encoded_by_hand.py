"""The JSON body and its Content-Type made by hand, and the answer parsed by hand."""

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, wait

import requests

from grader.lab import ApiCase, ApiResult


def send(case: ApiCase) -> ApiResult:
    headers = dict(case.headers)
    headers["Content-Type"] = "application/json"
    body = json.dumps(case.payload).encode()
    try:
        answer = requests.request("post", case.url, data=body, headers=headers, timeout=5)
    except Exception as error:
        return ApiResult(None, None, repr(error))
    return ApiResult(answer.status_code, json.loads(answer.text), None)


def send_all(cases: Sequence[ApiCase], max_workers: int = 8) -> list[ApiResult]:
    pool = ThreadPoolExecutor(max_workers=max_workers)
    try:
        futures = [pool.submit(send, case) for case in cases]
        wait(futures)
        return [future.result() for future in futures]
    finally:
        pool.shutdown()
