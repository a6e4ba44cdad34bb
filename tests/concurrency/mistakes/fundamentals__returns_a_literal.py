"""Returns a fixed list and runs nothing.

fails: test_results_in_job_order, test_jobs_overlap, test_each_job_has_its_own_thread, test_waits_for_every_job, test_failures_wait_for_all, test_none_one_and_fifty
says: Not every job was started.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def run_concurrently(jobs: Sequence[Callable[[], T]]) -> list[T]:
    return ["a", "b", "c", "d", "e"]
