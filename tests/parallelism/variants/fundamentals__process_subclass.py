"""A subclass of Process that keeps its end of a pipe, started and watched over by one thread each."""

import pickle
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import Pipe, Process
from typing import Any, TypeVar

T = TypeVar("T")


class Job(Process):
    def __init__(self, function: Callable[[Any], Any], argument: Any) -> None:
        super().__init__()
        self.function, self.argument = function, argument
        self.receiver, self.sender = Pipe(duplex=False)

    def run(self) -> None:
        try:
            answer = (True, self.function(self.argument))
            pickle.dumps(answer)
        except Exception as error:
            answer = (False, error)
        self.sender.send(answer)

    def result(self) -> tuple[bool, Any]:
        self.start()
        try:
            return self.receiver.recv()
        finally:
            self.join()


def run_in_processes(function: Callable[[Any], T], arguments: Sequence[Any], processes: int | None = None) -> list[T]:
    if not arguments:
        return []
    jobs = [Job(function, argument) for argument in arguments]
    with ThreadPoolExecutor(processes or len(arguments)) as pool:
        outcomes = list(pool.map(Job.result, jobs))
    for worked, value in outcomes:
        if not worked:
            raise value
    return [value for _, value in outcomes]
