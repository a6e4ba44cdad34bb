"""Calls the function where it should hand it over: the jobs run in the caller, and the processes get what they return.

fails: test_results_in_argument_order, test_jobs_overlap, test_jobs_run_in_processes, test_none_and_one, test_as_many_as_asked_for, test_failures_wait_for_all, test_unpicklable_result, test_works_under_spawn
says: The jobs ran one after another.
"""

from collections.abc import Callable, Sequence
from multiprocessing import Process
from typing import Any, TypeVar

T = TypeVar("T")


def run_in_processes(function: Callable[[Any], T], arguments: Sequence[Any], processes: int | None = None) -> list[T]:
    results = []
    started = [Process(target=results.append, args=(function(argument),)) for argument in arguments]
    for process in started:
        process.start()
    for process in started:
        process.join()
    return results
