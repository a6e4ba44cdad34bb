"""Lets only one process at a time do its job.

fails: test_jobs_overlap, test_as_many_as_asked_for
says: The jobs ran one after another.
"""

import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


lock = None


def install(shared: Any) -> None:
    global lock
    lock = shared


def work(function: Callable[[Any], T], argument: Any) -> T:
    with lock:
        return function(argument)


def run_in_processes(function: Callable[[Any], T], arguments: Sequence[Any], processes: int | None = None) -> list[T]:
    if not arguments:
        return []
    shared = multiprocessing.Lock()
    with ProcessPoolExecutor(processes or len(arguments), initializer=install, initargs=(shared,)) as pool:
        futures = [pool.submit(work, function, argument) for argument in arguments]
    return [future.result() for future in futures]
