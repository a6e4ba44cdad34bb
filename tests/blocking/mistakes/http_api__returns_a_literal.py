"""Sends nothing, and returns what such an API usually answers.

fails: test_each_case_sends_its_own_request, test_results_in_case_order, test_one_after_another, test_one_session, test_failures_become_results, test_silent_server_times_out, test_timeout_is_the_callers
says: Case 1 was never sent.
"""

from collections.abc import Sequence

import requests

from grader.lab import ApiCase, ApiResult


def send_all(cases: Sequence[ApiCase], timeout: float = 5.0) -> list[ApiResult]:
    return [ApiResult(200, {"receipt": "ok", "total": 1}, None) for case in cases]
