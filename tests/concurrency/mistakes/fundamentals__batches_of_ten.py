"""Starts the jobs in batches of ten, and waits for a batch before it starts the next.

fails: test_none_one_and_fifty
says: at most 10 jobs were in progress
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
    for begin in range(0, len(threads), 10):
        batch = threads[begin : begin + 10]
        for thread in batch:
            thread.start()
        for thread in batch:
            thread.join()
    if errors:
        raise errors[min(errors)]
    return [results[position] for position in range(len(jobs))]
