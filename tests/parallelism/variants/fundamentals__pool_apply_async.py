"""A Pool; each job is handed over by itself, and asked for its result when all have ended."""

from collections.abc import Callable, Sequence
from multiprocessing import Pool
from typing import Any, TypeVar

T = TypeVar("T")


def run_in_processes(function: Callable[[Any], T], arguments: Sequence[Any], processes: int | None = None) -> list[T]:
    if not arguments:
        return []
    with Pool(processes or len(arguments)) as pool:
        pending = [pool.apply_async(function, (argument,)) for argument in arguments]
        pool.close()
        pool.join()
    return [result.get() for result in pending]
