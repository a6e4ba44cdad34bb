"""Pool.map raises the error that came first in time, not in the order of the arguments.

fails: test_failures_wait_for_all
says: It raised the wrong error.
"""

from collections.abc import Callable, Sequence
from multiprocessing import Pool
from typing import Any, TypeVar

T = TypeVar("T")


def run_in_processes(function: Callable[[Any], T], arguments: Sequence[Any], processes: int | None = None) -> list[T]:
    if not arguments:
        return []
    with Pool(processes or len(arguments)) as pool:
        return pool.map(function, arguments, chunksize=1)
