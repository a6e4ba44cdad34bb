"""os.fork and a pipe for each job, as it was done before there was a library."""

import os
import pickle
import selectors
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


def start(function: Callable[[Any], T], argument: Any) -> tuple[int, int]:
    readable, writable = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writable)
        return pid, readable
    try:
        try:
            answer = pickle.dumps((True, function(argument)))
        except Exception as error:
            answer = pickle.dumps((False, error))
        os.write(writable, answer)
    finally:
        os._exit(0)


def run_in_processes(function: Callable[[Any], T], arguments: Sequence[Any], processes: int | None = None) -> list[T]:
    answers: dict[int, tuple[bool, Any]] = {}
    waiting = list(enumerate(arguments))
    with selectors.DefaultSelector() as selector:
        while waiting or selector.get_map():
            while waiting and (processes is None or len(selector.get_map()) < processes):
                number, argument = waiting.pop(0)
                pid, readable = start(function, argument)
                selector.register(readable, selectors.EVENT_READ, (number, pid))
            for key, _ in selector.select():
                number, pid = key.data
                selector.unregister(key.fd)
                with os.fdopen(key.fd, "rb") as file:
                    answers[number] = pickle.loads(file.read())
                os.waitpid(pid, 0)
    results = []
    for number in range(len(arguments)):
        worked, value = answers[number]
        if not worked:
            raise value
        results.append(value)
    return results
