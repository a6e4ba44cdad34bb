"""A pool of the default size, which depends on the machine and is never more than 32.

fails: test_none_one_and_fifty
says: What limits how many jobs can run at the same time?
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def run_concurrently(jobs: Sequence[Callable[[], T]]) -> list[T]:
    with ThreadPoolExecutor() as pool:
        futures = [pool.submit(job) for job in jobs]
    return [future.result() for future in futures]
