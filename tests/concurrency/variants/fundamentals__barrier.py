"""A Barrier at which every thread, with its job done, meets the caller."""

import threading
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


def run_concurrently(jobs: Sequence[Callable[[], T]]) -> list[T]:
    finish_line = threading.Barrier(len(jobs) + 1)
    outcomes: dict[int, tuple[str, Any]] = {}

    def run(index: int) -> None:
        try:
            outcomes[index] = ("result", jobs[index]())
        except Exception as error:
            outcomes[index] = ("error", error)
        finish_line.wait()

    threads = [threading.Thread(target=run, args=[index]) for index in range(len(jobs))]
    for thread in threads:
        thread.start()
    finish_line.wait()
    for thread in threads:
        thread.join()
    for index in range(len(jobs)):
        kind, value = outcomes[index]
        if kind == "error":
            raise value
    return [outcomes[index][1] for index in range(len(jobs))]
