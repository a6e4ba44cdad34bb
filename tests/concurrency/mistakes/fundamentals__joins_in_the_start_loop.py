"""Joins each thread inside the start loop, so every job waits for the one before it.

fails: test_jobs_overlap, test_none_one_and_fifty
says: The jobs ran one after another.
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

    for position, job in enumerate(jobs):
        thread = threading.Thread(target=run, args=(position, job))
        thread.start()
        thread.join()
    if errors:
        raise errors[min(errors)]
    return [results[position] for position in range(len(jobs))]
