"""A Condition over the number of jobs that haven't ended; the error is kept under the same lock."""

import threading
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


def run_concurrently(jobs: Sequence[Callable[[], T]]) -> list[T]:
    condition = threading.Condition()
    running = len(jobs)
    results: list[Any] = [None] * len(jobs)
    first: tuple[int, Exception] | None = None

    def run(position: int) -> None:
        nonlocal running, first
        failure = None
        try:
            results[position] = jobs[position]()
        except Exception as error:
            failure = error
        with condition:
            if failure is not None and (first is None or position < first[0]):
                first = (position, failure)
            running -= 1
            condition.notify()

    threads = [threading.Thread(target=run, args=(position,)) for position in range(len(jobs))]
    for thread in threads:
        thread.start()
    with condition:
        condition.wait_for(lambda: running == 0)
    for thread in threads:
        thread.join()
    if first is not None:
        raise first[1]
    return results
