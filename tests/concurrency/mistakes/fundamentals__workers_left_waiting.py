"""Waits with the queue's join() and leaves its workers waiting for more work for ever.

fails: test_waits_for_every_job
says: still running after your function returned
"""

import queue
import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def run_concurrently(jobs: Sequence[Callable[[], T]]) -> list[T]:
    todo: queue.Queue[tuple[int, Callable[[], T]]] = queue.Queue()
    results: dict[int, T] = {}
    errors: dict[int, Exception] = {}

    def worker() -> None:
        while True:
            position, job = todo.get()
            try:
                results[position] = job()
            except Exception as error:
                errors[position] = error
            todo.task_done()

    for _ in jobs:
        threading.Thread(target=worker, daemon=True).start()
    for item in enumerate(jobs):
        todo.put(item)
    todo.join()
    if errors:
        raise errors[min(errors)]
    return [results[position] for position in range(len(jobs))]
