"""Returns the futures in place of their results.

fails: test_results_in_argument_order, test_none_and_one, test_failures_wait_for_all, test_unpicklable_result, test_works_under_spawn
says: Is this the future itself, and not its result?
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


def run_in_processes(function: Callable[[Any], T], arguments: Sequence[Any], processes: int | None = None) -> list[T]:
    if not arguments:
        return []
    with ProcessPoolExecutor(max_workers=processes or len(arguments)) as pool:
        return [pool.submit(function, argument) for argument in arguments]
