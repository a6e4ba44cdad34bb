"""Calls the jobs in a plain loop: no thread at all, and the first failure ends the loop.

fails: test_jobs_overlap, test_each_job_has_its_own_thread, test_failures_wait_for_all, test_none_one_and_fifty
says: The jobs ran one after another.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def run_concurrently(jobs: Sequence[Callable[[], T]]) -> list[T]:
    return [job() for job in jobs]
