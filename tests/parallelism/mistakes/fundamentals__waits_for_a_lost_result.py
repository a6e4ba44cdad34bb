"""Waits at a Queue for each result, also for one that could not be pickled and so never comes.

fails: test_unpicklable_result
says: Your program waits for ever
"""

import multiprocessing
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


def worker(function, tasks, answers) -> None:
    while (task := tasks.get()) is not None:
        number, argument = task
        try:
            answers.put((number, True, function(argument)))
        except Exception as error:
            answers.put((number, False, error))


def run_in_processes(function: Callable[[Any], T], arguments: Sequence[Any], processes: int | None = None) -> list[T]:
    size = min(len(arguments), processes or len(arguments))
    tasks, answers = multiprocessing.SimpleQueue(), multiprocessing.Queue()
    workers = [multiprocessing.Process(target=worker, args=(function, tasks, answers)) for _ in range(size)]
    for process in workers:
        process.start()
    for task in [*enumerate(arguments), *[None] * size]:
        tasks.put(task)
    found = sorted((answers.get() for _ in arguments), key=lambda answer: answer[0])
    for process in workers:
        process.join()
    for _, worked, value in found:
        if not worked:
            raise value
    return [value for _, _, value in found]
