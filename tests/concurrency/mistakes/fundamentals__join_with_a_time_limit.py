"""Joins each thread for a tenth of a second at most, and goes on whether it has ended or not.

fails: test_results_in_job_order, test_jobs_overlap, test_each_job_has_its_own_thread, test_waits_for_every_job, test_failures_wait_for_all, test_none_one_and_fifty
says: The call ended before every job was done.
"""

import threading
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


def run_concurrently(jobs: Sequence[Callable[[], T]]) -> list[T]:
    results: list[Any] = [None] * len(jobs)
    errors: dict[int, Exception] = {}

    def run(position: int, job: Callable[[], T]) -> None:
        try:
            results[position] = job()
        except Exception as error:
            errors[position] = error

    threads = [threading.Thread(target=run, args=item) for item in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=0.1)
    if errors:
        raise errors[min(errors)]
    return list(results)
