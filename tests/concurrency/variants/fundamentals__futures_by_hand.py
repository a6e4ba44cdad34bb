"""Threads that each set a Future made by hand, with no pool."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")


def run_concurrently(jobs: Sequence[Callable[[], T]]) -> list[T]:
    def start(job: Callable[[], T]) -> tuple[threading.Thread, Future[T]]:
        future: Future[T] = Future()

        def run() -> None:
            try:
                future.set_result(job())
            except BaseException as error:
                future.set_exception(error)

        thread = threading.Thread(target=run)
        thread.start()
        return thread, future

    started = [start(job) for job in jobs]
    for thread, _ in started:
        thread.join()
    return [future.result() for _, future in started]
