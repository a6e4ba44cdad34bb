"""Makes room for one process more than allowed.

fails: test_as_many_as_asked_for
says: 3 jobs were in progress at the same time
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


def run_in_processes(function: Callable[[Any], T], arguments: Sequence[Any], processes: int | None = None) -> list[T]:
    if not arguments:
        return []
    with ProcessPoolExecutor(max_workers=processes + 1 if processes else len(arguments)) as pool:
        futures = [pool.submit(function, argument) for argument in arguments]
    return [future.result() for future in futures]
