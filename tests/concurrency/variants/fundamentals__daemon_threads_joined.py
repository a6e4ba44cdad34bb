"""Daemon threads, which do no harm as they are joined; joined from the last to the first."""

from collections.abc import Callable, Sequence
from threading import Thread
from typing import TypeVar

T = TypeVar("T")


def run_concurrently(jobs: Sequence[Callable[[], T]]) -> list[T]:
    results: dict[int, T] = {}
    errors: list[tuple[int, Exception]] = []

    def run(index: int, job: Callable[[], T]) -> None:
        try:
            results[index] = job()
        except Exception as error:
            errors.append((index, error))

    threads = []
    for index, job in enumerate(jobs):
        threads.append(Thread(target=run, kwargs={"index": index, "job": job}, daemon=True))
    for thread in threads:
        thread.start()
    while threads:
        threads.pop().join()
    if errors:
        raise min(errors, key=lambda pair: pair[0])[1]
    return [results[index] for index in sorted(results)]
