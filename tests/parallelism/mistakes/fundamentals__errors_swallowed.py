"""Catches every error in the child and returns None in its place.

fails: test_failures_wait_for_all
says: The error of job 1 was lost.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import Any, TypeVar

T = TypeVar("T")


def quietly(function: Callable[[Any], T], argument: Any) -> T | None:
    try:
        return function(argument)
    except Exception:
        return None


def run_in_processes(function: Callable[[Any], T], arguments: Sequence[Any], processes: int | None = None) -> list[T]:
    if not arguments:
        return []
    with ProcessPoolExecutor(max_workers=processes or len(arguments)) as pool:
        futures = [pool.submit(quietly, function, argument) for argument in arguments]
    return [future.result() for future in futures]
