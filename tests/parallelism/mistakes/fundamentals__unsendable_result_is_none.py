"""Puts None in the place of a result that could not be sent.

fails: test_unpicklable_result
says: A result that could not be sent was lost without an error.
"""

import pickle
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


def work(function: Callable[[Any], T], argument: Any) -> Any:
    result = function(argument)
    try:
        pickle.dumps(result)
    except Exception:
        return None
    return result


def run_in_processes(function: Callable[[Any], T], arguments: Sequence[Any], processes: int | None = None) -> list[T]:
    if not arguments:
        return []
    with ProcessPoolExecutor(max_workers=processes or len(arguments)) as pool:
        futures = [pool.submit(work, function, argument) for argument in arguments]
    return [future.result() for future in futures]
