"""Waits for a whole batch of jobs before the next batch begins.

fails: test_as_many_as_asked_for
says: When one job ends, does the next begin at once?
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, wait
from typing import Any, TypeVar

T = TypeVar("T")


def run_in_processes(function: Callable[[Any], T], arguments: Sequence[Any], processes: int | None = None) -> list[T]:
    if not arguments:
        return []
    size = processes or len(arguments)
    futures = []
    with ProcessPoolExecutor(max_workers=size) as pool:
        for begin in range(0, len(arguments), size):
            batch = [pool.submit(function, argument) for argument in arguments[begin : begin + size]]
            wait(batch)
            futures += batch
    return [future.result() for future in futures]
