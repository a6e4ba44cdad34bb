"""Executor.map raises the first error that it meets, and cancels the jobs that have not begun.

fails: test_failures_wait_for_all
says: Not every job was started.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


def run_in_processes(function: Callable[[Any], T], arguments: Sequence[Any], processes: int | None = None) -> list[T]:
    if not arguments:
        return []
    with ProcessPoolExecutor(max_workers=processes or len(arguments)) as pool:
        return list(pool.map(function, arguments))
