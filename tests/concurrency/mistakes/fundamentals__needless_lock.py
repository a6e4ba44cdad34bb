"""Holds a lock while a job runs, so that only one of the threads gets on at a time.

fails: test_jobs_overlap, test_none_one_and_fifty
says: The jobs ran one after another.
"""

import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def run_concurrently(jobs: Sequence[Callable[[], T]]) -> list[T]:
    lock = threading.Lock()
    results: dict[int, T] = {}
    errors: dict[int, Exception] = {}

    def run(position: int, job: Callable[[], T]) -> None:
        with lock:
            try:
                results[position] = job()
            except Exception as error:
                errors[position] = error

    threads = [threading.Thread(target=run, args=item) for item in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[min(errors)]
    return [results[position] for position in range(len(jobs))]
