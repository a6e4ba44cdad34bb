"""Asks every 0.3 s whether all threads have ended, and so returns up to 0.3 s late.

fails: test_jobs_overlap, test_none_one_and_fifty
says: The call took longer than it has to.
"""

import threading
import time
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
    while any(thread.is_alive() for thread in threads):
        time.sleep(0.3)
    if errors:
        raise errors[min(errors)]
    return [results[position] for position in range(len(jobs))]
