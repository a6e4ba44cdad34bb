"""Joins only the thread that was started last, as if the others had to be done by then.

fails: test_results_in_job_order, test_waits_for_every_job, test_failures_wait_for_all
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

    thread = None
    for position, job in enumerate(jobs):
        thread = threading.Thread(target=run, args=(position, job))
        thread.start()
    if thread is not None:
        thread.join()
    if errors:
        raise errors[min(errors)]
    return list(results)
