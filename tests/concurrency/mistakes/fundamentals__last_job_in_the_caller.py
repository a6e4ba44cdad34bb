"""Starts threads for all jobs but the last, which it runs itself to save a thread.

fails: test_each_job_has_its_own_thread
says: A job ran in the caller's own thread.
"""

import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def run_concurrently(jobs: Sequence[Callable[[], T]]) -> list[T]:
    results: dict[int, T] = {}
    errors: dict[int, Exception] = {}

    def run(position: int) -> None:
        try:
            results[position] = jobs[position]()
        except Exception as error:
            errors[position] = error

    if not jobs:
        return []
    threads = [threading.Thread(target=run, args=(position,)) for position in range(len(jobs) - 1)]
    for thread in threads:
        thread.start()
    run(len(jobs) - 1)
    for thread in threads:
        thread.join()
    if errors:
        raise errors[min(errors)]
    return [results[position] for position in range(len(jobs))]
