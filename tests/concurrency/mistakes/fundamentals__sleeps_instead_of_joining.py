"""Sleeps 60 s instead of joining: surely every job has ended by then.

fails: test_jobs_overlap, test_none_one_and_fifty
says: The call took longer than it has to.
"""

import threading
import time
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
        threading.Thread(target=run, args=(position, job)).start()
    time.sleep(60)
    if errors:
        raise errors[min(errors)]
    return [results[position] for position in range(len(jobs))]
