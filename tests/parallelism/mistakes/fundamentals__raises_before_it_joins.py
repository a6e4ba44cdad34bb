"""Waits for its processes when all went well, but raises an error without waiting for them.

fails: test_failures_wait_for_all
says: did you forget join()
"""

import multiprocessing
import pickle
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


def work(function, number, argument, answers, places) -> None:
    try:
        answer = pickle.dumps((True, function(argument)))
    except Exception as error:
        answer = pickle.dumps((False, error))
    places.release()
    answers.put((number, answer))


def run_in_processes(function: Callable[[Any], T], arguments: Sequence[Any], processes: int | None = None) -> list[T]:
    places = multiprocessing.Semaphore(processes or max(1, len(arguments)))
    answers = multiprocessing.Queue()
    started = []
    for number, argument in enumerate(arguments):
        places.acquire()
        process = multiprocessing.Process(target=work, args=(function, number, argument, answers, places))
        process.start()
        started.append(process)
    found = dict(answers.get() for _ in started)
    outcomes = [pickle.loads(found[number]) for number in range(len(started))]
    failed = [error for worked, error in outcomes if not worked]
    if failed:
        raise failed[0]
    for process in started:
        process.join()
    return [result for _, result in outcomes]
