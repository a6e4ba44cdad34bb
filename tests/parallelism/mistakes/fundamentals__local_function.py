"""Hands over a function that is defined inside another one: it is there after a fork, but it can't be pickled.

fails: test_works_under_spawn
says: local object
"""

import pickle
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import Pipe, Process
from typing import Any, TypeVar

T = TypeVar("T")


def run_in_processes(function: Callable[[Any], T], arguments: Sequence[Any], processes: int | None = None) -> list[T]:
    def outcome(argument: Any) -> tuple[bool, Any]:
        receiver, sender = Pipe(duplex=False)

        def work() -> None:
            try:
                answer = pickle.dumps((True, function(argument)))
            except Exception as error:
                answer = pickle.dumps((False, error))
            sender.send_bytes(answer)

        process = Process(target=work)
        process.start()
        answer = receiver.recv_bytes()
        process.join()
        return pickle.loads(answer)

    with ThreadPoolExecutor(processes or len(arguments) or 1) as pool:
        outcomes = list(pool.map(outcome, arguments))
    for worked, value in outcomes:
        if not worked:
            raise value
    return [value for _, value in outcomes]
