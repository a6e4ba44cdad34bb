"""Running functions in threads of their own in a way that leaves little to choose but their own steps."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


def run_together(*functions: Callable[[], T]) -> list[T]:
    """Call functions at the same time, each in a thread of its own, and return their results in order.

    For scenarios: a thread that joins others one by one wakes each time that one of them ends, and each time may run
    before or after those that are left, which makes two to three times as many schedules and no new outcome. This waits
    once, until all have ended.

    Raises:
        BaseException: the first one that a function raised, in the functions' order.
    """
    results: dict[int, T] = {}
    errors: dict[int, BaseException] = {}
    ended: list[int] = []
    all_ended = threading.Lock()

    def call(number: int) -> None:
        try:
            results[number] = functions[number]()
        except BaseException as error:  # noqa: BLE001 - raised in the calling thread
            errors[number] = error
        ended.append(number)
        if len(ended) == len(functions):
            all_ended.release()

    # Names that say which function a thread runs, in place of the name of the one in here that they all begin with.
    threads = [
        threading.Thread(target=call, args=(number,), name=f"thread {number + 1}") for number in range(len(functions))
    ]
    all_ended.acquire()
    for thread in threads:
        thread.start()
    if threads:
        all_ended.acquire()
    for thread in threads:
        thread.join()
    for number in sorted(errors):
        raise errors[number]
    return [results[number] for number in range(len(functions))]
