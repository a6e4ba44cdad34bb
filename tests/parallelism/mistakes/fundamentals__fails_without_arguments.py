"""Asks for a pool of 0 processes when there are no arguments.

fails: test_none_and_one
says: ValueError
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


def run_in_processes(function: Callable[[Any], T], arguments: Sequence[Any], processes: int | None = None) -> list[T]:
    size = len(arguments) if processes is None else processes
    with ProcessPoolExecutor(max_workers=size) as pool:
        futures = [pool.submit(function, argument) for argument in arguments]
    return [future.result() for future in futures]
