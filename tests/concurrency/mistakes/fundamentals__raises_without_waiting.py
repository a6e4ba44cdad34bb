"""Raises as soon as it meets a failed thread, and doesn't wait for the threads after that one.

fails: test_failures_wait_for_all
says: The call ended before every job was done.
"""

import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def run_concurrently(jobs: Sequence[Callable[[], T]]) -> list[T]:
    results: dict[int, T] = {}
    errors: dict[int, Exception] = {}

    def run(position: int, job: Callable[[], T]) -> None:
        try:
            results[position] = job()
        except Exception as error:
            errors[position] = error

    threads = [threading.Thread(target=run, args=item) for item in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for position, thread in enumerate(threads):
        thread.join()
        if position in errors:
            raise errors[position]
    return [results[position] for position in range(len(jobs))]
