"""Makes the threads daemons and abandons them, in the belief that Python cleans them up.

fails: test_results_in_job_order, test_jobs_overlap, test_each_job_has_its_own_thread, test_waits_for_every_job, test_failures_wait_for_all, test_none_one_and_fifty
says: The call ended before every job was done.
"""

import queue
import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def run_concurrently(jobs: Sequence[Callable[[], T]]) -> list[T]:
    outcomes: queue.Queue[tuple[int, T | None, Exception | None]] = queue.Queue()

    def run(position: int, job: Callable[[], T]) -> None:
        try:
            outcomes.put((position, job(), None))
        except Exception as error:
            outcomes.put((position, None, error))

    for position, job in enumerate(jobs):
        threading.Thread(target=run, args=(position, job), daemon=True).start()
    results: dict[int, T | None] = {}
    errors: dict[int, Exception] = {}
    while not outcomes.empty():
        position, result, error = outcomes.get()
        results[position] = result
        if error is not None:
            errors[position] = error
    if errors:
        raise errors[min(errors)]
    return [results[position] for position in sorted(results)]
