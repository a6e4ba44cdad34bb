"""Starts the processes as daemons and returns what has arrived by then.

fails: test_results_in_argument_order, test_jobs_overlap, test_jobs_run_in_processes, test_none_and_one, test_as_many_as_asked_for, test_leaves_no_process, test_failures_wait_for_all, test_unpicklable_result, test_works_under_spawn
says: The call ended before every job was done.
"""

import multiprocessing
import queue
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


def work(function: Callable[[Any], T], argument: Any, answers: Any) -> None:
    answers.put(function(argument))


def run_in_processes(function: Callable[[Any], T], arguments: Sequence[Any], processes: int | None = None) -> list[T]:
    answers = multiprocessing.Queue()
    for argument in arguments:
        multiprocessing.Process(target=work, args=(function, argument, answers), daemon=True).start()
    results = []
    while True:
        try:
            results.append(answers.get_nowait())
        except queue.Empty:
            return results
