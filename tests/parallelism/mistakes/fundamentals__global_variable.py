"""Leaves the function in a global variable for the processes: only those that are forked find it there.

fails: test_works_under_spawn
says: 'NoneType' object is not callable
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


work = None


def call(argument: Any) -> Any:
    return work(argument)


def run_in_processes(function: Callable[[Any], T], arguments: Sequence[Any], processes: int | None = None) -> list[T]:
    global work
    work = function
    if not arguments:
        return []
    with ProcessPoolExecutor(max_workers=processes or len(arguments)) as pool:
        futures = [pool.submit(call, argument) for argument in arguments]
    return [future.result() for future in futures]
