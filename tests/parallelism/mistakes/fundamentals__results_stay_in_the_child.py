"""Appends each result to a list, in the child: the list of the caller is another one, and stays empty.

fails: test_results_in_argument_order, test_none_and_one, test_failures_wait_for_all, test_unpicklable_result, test_works_under_spawn
says: It returned 0 results for 3 jobs.
"""

import threading
from collections.abc import Callable, Sequence
from multiprocessing import Process
from typing import Any, TypeVar

T = TypeVar("T")


def work(function: Callable[[Any], T], argument: Any, results: list[T]) -> None:
    results.append(function(argument))


def run_in_processes(function: Callable[[Any], T], arguments: Sequence[Any], processes: int | None = None) -> list[T]:
    results: list[T] = []
    places = threading.Semaphore(processes or len(arguments) or 1)

    def run(argument: Any) -> None:
        with places:
            process = Process(target=work, args=(function, argument, results))
            process.start()
            process.join()

    threads = [threading.Thread(target=run, args=(argument,)) for argument in arguments]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
