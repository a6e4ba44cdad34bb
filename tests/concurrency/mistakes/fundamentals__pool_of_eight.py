"""A pool of eight threads, which is enough for a few jobs and not for many.

fails: test_none_one_and_fifty
says: at most 8 jobs were in progress
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def run_concurrently(jobs: Sequence[Callable[[], T]]) -> list[T]:
    with ThreadPoolExecutor(max_workers=8) as pool:
        futures = [pool.submit(job) for job in jobs]
    return [future.result() for future in futures]
