"""Raises the failure that came first in time, not the first one in job order.

fails: test_failures_wait_for_all
says: Is the first failure in job order raised, and not the first in time?
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TypeVar

T = TypeVar("T")


def run_concurrently(jobs: Sequence[Callable[[], T]]) -> list[T]:
    with ThreadPoolExecutor(max_workers=max(1, len(jobs))) as pool:
        futures = [pool.submit(job) for job in jobs]
        for future in as_completed(futures):
            future.result()
    return [future.result() for future in futures]
