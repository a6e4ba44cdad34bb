"""Answers every case itself and sends nothing.

fails: test_each_case_sends_its_own_request, test_results_in_case_order, test_requests_overlap, test_eight_by_default, test_never_more_than_max_workers, test_failures_become_results, test_silent_server_times_out, test_nothing_left_behind
says: was never sent
"""

from collections.abc import Sequence

from grader.lab import ApiCase, ApiResult


def send_all(cases: Sequence[ApiCase], max_workers: int = 8) -> list[ApiResult]:
    return [ApiResult(200, {"ok": True}, None) for _ in cases]
