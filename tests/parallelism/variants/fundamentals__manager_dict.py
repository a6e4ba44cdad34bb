"""A Manager holds one dictionary for all processes; a poll notices who has ended."""

import multiprocessing
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


def work(function, number, argument, results, errors) -> None:
    try:
        results[number] = function(argument)
    except Exception as error:
        errors[number] = error


def run_in_processes(function: Callable[[Any], T], arguments: Sequence[Any], processes: int | None = None) -> list[T]:
    waiting, running = list(enumerate(arguments)), []
    with multiprocessing.Manager() as manager:
        results, errors = manager.dict(), manager.dict()
        while waiting or running:
            running = [process for process in running if process.is_alive()]
            while waiting and (processes is None or len(running) < processes):
                number, argument = waiting.pop(0)
                process = multiprocessing.Process(target=work, args=(function, number, argument, results, errors))
                process.start()
                running.append(process)
            time.sleep(0.005)
        results, errors = dict(results), dict(errors)
    if errors:
        raise errors[min(errors)]
    return [results[number] for number in range(len(arguments))]
