"""Tries the function in the caller first, to see whether it works.

fails: test_results_in_argument_order, test_jobs_overlap, test_jobs_run_in_processes, test_as_many_as_asked_for, test_failures_wait_for_all, test_none_and_one, test_works_under_spawn
says: A job ran in the caller's own process.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


def run_in_processes(function: Callable[[Any], T], arguments: Sequence[Any], processes: int | None = None) -> list[T]:
    if not arguments:
        return []
    function(arguments[0])
    with ProcessPoolExecutor(max_workers=processes or len(arguments)) as pool:
        futures = [pool.submit(function, argument) for argument in arguments]
    return [future.result() for future in futures]
