"""Lets an error end its thread: it is printed there, and the caller never hears of it.

fails: test_failures_wait_for_all
says: was lost.
"""

import threading
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


def run_concurrently(jobs: Sequence[Callable[[], T]]) -> list[T]:
    results: list[Any] = [None] * len(jobs)

    def run(position: int, job: Callable[[], T]) -> None:
        results[position] = job()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
