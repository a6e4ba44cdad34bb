"""concurrent.futures.wait for all, with the pool shut down in a finally."""

from collections.abc import Callable, Sequence
from concurrent.futures import ALL_COMPLETED, ThreadPoolExecutor, wait
from typing import TypeVar

T = TypeVar("T")


def run_concurrently(jobs: Sequence[Callable[[], T]]) -> list[T]:
    pool = ThreadPoolExecutor(len(jobs) or 1)
    try:
        futures = [pool.submit(job) for job in jobs]
        wait(futures, return_when=ALL_COMPLETED)
        return [future.result() for future in futures]
    finally:
        pool.shutdown(wait=True)
