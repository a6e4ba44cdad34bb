"""As many workers as are allowed take jobs from one queue until they find a None."""

import pickle
from collections.abc import Callable, Sequence
from multiprocessing import Process, SimpleQueue
from typing import Any, TypeVar

T = TypeVar("T")


def worker(function: Callable[[Any], Any], tasks: Any, answers: Any) -> None:
    while (task := tasks.get()) is not None:
        number, argument = task
        try:
            answer = pickle.dumps((True, function(argument)))
        except Exception as error:
            answer = pickle.dumps((False, error))
        answers.put((number, answer))


def run_in_processes(function: Callable[[Any], T], arguments: Sequence[Any], processes: int | None = None) -> list[T]:
    size = min(len(arguments), processes or len(arguments))
    tasks, answers = SimpleQueue(), SimpleQueue()
    workers = [Process(target=worker, args=(function, tasks, answers), daemon=True) for _ in range(size)]
    for process in workers:
        process.start()
    for task in enumerate(arguments):
        tasks.put(task)
    for _ in workers:
        tasks.put(None)
    found = {}
    for _ in arguments:
        number, answer = answers.get()
        found[number] = pickle.loads(answer)
    for process in workers:
        process.join()
        process.close()
    for number in sorted(found):
        if not found[number][0]:
            raise found[number][1]
    return [found[number][1] for number in sorted(found)]
