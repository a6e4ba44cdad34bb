"""Uses a pool of threads: all jobs are in progress at once, but in the process that called.

fails: test_jobs_run_in_processes, test_unpicklable_result
says: 5 of 5 jobs ran in the process that called
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


def run_in_processes(function: Callable[[Any], T], arguments: Sequence[Any], processes: int | None = None) -> list[T]:
    if not arguments:
        return []
    with ThreadPoolExecutor(max_workers=processes or len(arguments)) as pool:
        futures = [pool.submit(function, argument) for argument in arguments]
    return [future.result() for future in futures]
