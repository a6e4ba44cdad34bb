"""Keeps the pool in a global variable, and with it its processes.

fails: test_leaves_no_process, test_failures_wait_for_all
says: was still running when your function returned
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, wait
from typing import Any, TypeVar

T = TypeVar("T")


pools: dict[int, ProcessPoolExecutor] = {}


def run_in_processes(function: Callable[[Any], T], arguments: Sequence[Any], processes: int | None = None) -> list[T]:
    if not arguments:
        return []
    size = processes or len(arguments)
    if size not in pools:
        pools[size] = ProcessPoolExecutor(max_workers=size)
    futures = [pools[size].submit(function, argument) for argument in arguments]
    wait(futures)
    return [future.result() for future in futures]
