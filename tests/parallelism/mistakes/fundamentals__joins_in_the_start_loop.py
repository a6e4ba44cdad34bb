"""Waits for each process right after its start, so each job waits for the one before it.

fails: test_jobs_overlap, test_as_many_as_asked_for
says: The jobs ran one after another.
"""

import pickle
from collections.abc import Callable, Sequence
from multiprocessing import Pipe, Process
from multiprocessing.connection import Connection
from typing import Any, TypeVar

T = TypeVar("T")


def work(function: Callable[[Any], T], argument: Any, connection: Connection) -> None:
    try:
        answer = pickle.dumps((True, function(argument)))
    except Exception as error:
        answer = pickle.dumps((False, error))
    connection.send_bytes(answer)
    connection.close()


def run_in_processes(function: Callable[[Any], T], arguments: Sequence[Any], processes: int | None = None) -> list[T]:
    answers = []
    for argument in arguments:
        receiver, sender = Pipe(duplex=False)
        process = Process(target=work, args=(function, argument, sender))
        process.start()
        process.join()
        answers.append(pickle.loads(receiver.recv_bytes()))
    for worked, value in answers:
        if not worked:
            raise value
    return [value for _, value in answers]
