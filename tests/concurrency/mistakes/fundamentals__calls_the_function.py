"""Calls the function where it should be handed over, so each job runs before its thread exists.

fails: test_jobs_overlap, test_each_job_has_its_own_thread, test_none_one_and_fifty
says: A job ran in the caller's own thread.
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

    threads = []
    for position, job in enumerate(jobs):
        thread = threading.Thread(target=run(position, job))
        thread.start()
        threads.append(thread)
    for thread in threads:
        thread.join()
    if errors:
        raise errors[min(errors)]
    return [results[position] for position in range(len(jobs))]
