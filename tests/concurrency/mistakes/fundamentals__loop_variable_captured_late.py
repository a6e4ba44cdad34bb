"""Uses the loop's variable inside the threads, which by then has its last value for all of them.

fails: test_results_in_job_order, test_jobs_overlap, test_each_job_has_its_own_thread, test_waits_for_every_job, test_failures_wait_for_all, test_none_one_and_fifty
says: Not every job was started.
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
        threads.append(threading.Thread(target=lambda: run(position, job)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[min(errors)]
    return [results[position] for position in sorted(results)]
