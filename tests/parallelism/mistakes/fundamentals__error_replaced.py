"""Raises an error of its own in place of that of the job.

fails: test_failures_wait_for_all
says: It raised the wrong error.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


def run_in_processes(function: Callable[[Any], T], arguments: Sequence[Any], processes: int | None = None) -> list[T]:
    if not arguments:
        return []
    with ProcessPoolExecutor(max_workers=processes or len(arguments)) as pool:
        futures = [pool.submit(function, argument) for argument in arguments]
    for future in futures:
        if future.exception():
            raise RuntimeError(f"a job failed: {future.exception()}")
    return [future.result() for future in futures]
