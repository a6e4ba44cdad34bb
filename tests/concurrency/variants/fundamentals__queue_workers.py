"""One worker for each job, fed through a queue; the outcomes come back through another."""

import queue
import threading
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


def run_concurrently(jobs: Sequence[Callable[[], T]]) -> list[T]:
    todo: queue.Queue[Any] = queue.Queue()
    done: queue.Queue[Any] = queue.Queue()

    def worker() -> None:
        while True:
            item = todo.get()
            if item is None:
                return
            index, job = item
            try:
                done.put((index, True, job()))
            except Exception as error:
                done.put((index, False, error))

    workers = [threading.Thread(target=worker) for _ in jobs]
    for thread in workers:
        thread.start()
    for item in enumerate(jobs):
        todo.put(item)
    outcomes = sorted((done.get() for _ in jobs), key=lambda outcome: outcome[0])
    for _ in workers:
        todo.put(None)
    for thread in workers:
        thread.join()
    for _, good, value in outcomes:
        if not good:
            raise value
    return [value for _, _, value in outcomes]
