"""A thread pool of multiprocessing, whose results are collected one by one."""

from collections.abc import Callable, Sequence
from multiprocessing.pool import ThreadPool
from typing import TypeVar

T = TypeVar("T")


def run_concurrently(jobs: Sequence[Callable[[], T]]) -> list[T]:
    if not jobs:
        return []
    with ThreadPool(len(jobs)) as pool:
        pending = [pool.apply_async(job) for job in jobs]
        for result in pending:
            result.wait()
        return [result.get() for result in pending]
