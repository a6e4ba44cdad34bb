"""Appends each result when its job ends, so the results are in the order of ending.

fails: test_results_in_job_order
says: The results are in the order in which the jobs finished.
"""

import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def run_concurrently(jobs: Sequence[Callable[[], T]]) -> list[T]:
    results: list[T] = []
    errors: dict[int, Exception] = {}

    def run(position: int, job: Callable[[], T]) -> None:
        try:
            results.append(job())
        except Exception as error:
            errors[position] = error

    threads = [threading.Thread(target=run, args=item) for item in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[min(errors)]
    return results
