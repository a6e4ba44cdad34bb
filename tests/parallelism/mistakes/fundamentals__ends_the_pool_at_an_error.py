"""Asks for the results inside the `with` block: at the first error, the pool ends all the others.

fails: test_failures_wait_for_all
says: job
"""

from collections.abc import Callable, Sequence
from multiprocessing import Pool
from typing import Any, TypeVar

T = TypeVar("T")


def run_in_processes(function: Callable[[Any], T], arguments: Sequence[Any], processes: int | None = None) -> list[T]:
    if not arguments:
        return []
    with Pool(processes or len(arguments)) as pool:
        pending = [pool.apply_async(function, (argument,)) for argument in arguments]
        return [result.get() for result in pending]
