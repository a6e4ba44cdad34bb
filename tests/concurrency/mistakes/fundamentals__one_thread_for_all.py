"""Moves the loop into a single thread: none in the caller's, and yet one after another.

fails: test_jobs_overlap, test_each_job_has_its_own_thread, test_none_one_and_fifty
says: The jobs ran one after another.
"""

import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def run_concurrently(jobs: Sequence[Callable[[], T]]) -> list[T]:
    results: dict[int, T] = {}
    errors: dict[int, Exception] = {}

    def run_all() -> None:
        for position, job in enumerate(jobs):
            try:
                results[position] = job()
            except Exception as error:
                errors[position] = error

    thread = threading.Thread(target=run_all)
    thread.start()
    thread.join()
    if errors:
        raise errors[min(errors)]
    return [results[position] for position in range(len(jobs))]
