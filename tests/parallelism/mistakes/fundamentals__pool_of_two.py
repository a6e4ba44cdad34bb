"""Takes two processes where none are asked for.

fails: test_jobs_overlap
says: Only 2 jobs were in progress at once.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


def run_in_processes(function: Callable[[Any], T], arguments: Sequence[Any], processes: int | None = None) -> list[T]:
    if not arguments:
        return []
    with ProcessPoolExecutor(max_workers=processes or 2) as pool:
        futures = [pool.submit(function, argument) for argument in arguments]
    return [future.result() for future in futures]
