"""Collects results in the order in which the jobs end.

fails: test_results_in_argument_order, test_failures_wait_for_all, test_works_under_spawn
says: The results are in the order in which the jobs finished.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import Any, TypeVar

T = TypeVar("T")


def run_in_processes(function: Callable[[Any], T], arguments: Sequence[Any], processes: int | None = None) -> list[T]:
    if not arguments:
        return []
    with ProcessPoolExecutor(max_workers=processes or len(arguments)) as pool:
        futures = [pool.submit(function, argument) for argument in arguments]
        done = list(as_completed(futures))
    return [future.result() for future in done]
