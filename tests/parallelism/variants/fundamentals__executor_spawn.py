"""ProcessPoolExecutor with processes that are always spawned."""

import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, wait
from typing import Any, TypeVar

T = TypeVar("T")


def run_in_processes(function: Callable[[Any], T], arguments: Sequence[Any], processes: int | None = None) -> list[T]:
    if not arguments:
        return []
    pool = ProcessPoolExecutor(processes or len(arguments), mp_context=multiprocessing.get_context("spawn"))
    try:
        futures = [pool.submit(function, argument) for argument in arguments]
        wait(futures)
    finally:
        pool.shutdown()
    return [future.result() for future in futures]
