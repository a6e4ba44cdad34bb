"""Returns results and a token of its own making, without any request.

fails: test_each_case_sends_its_own_request, test_results_in_case_order, test_failures_become_results, test_one_request_at_a_time, test_work_goes_on_meanwhile, test_one_refresh_for_all, test_one_refresh_in_every_order, test_failed_refresh, test_old_token_discards_nothing
says: No request was sent.
"""

from collections.abc import Sequence

from grader.lab import ApiCase, ApiResult


def send_all(cases: Sequence[ApiCase]) -> list[ApiResult]:
    return [ApiResult(200, {"work": 0}, None) for _ in cases]


class TokenSource:
    def __init__(self, url: str) -> None:
        self.url = url

    def token(self) -> str:
        return "secret"

    def invalidate(self, token: str) -> None:
        pass
