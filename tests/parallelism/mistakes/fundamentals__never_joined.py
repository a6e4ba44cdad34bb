"""Reads all results, but never waits for the processes to end.

fails: test_leaves_no_process, test_failures_wait_for_all
says: did you forget join()
"""

import pickle
from collections.abc import Callable, Sequence
from multiprocessing import Pipe, Process
from multiprocessing.connection import Connection, wait
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
    waiting = list(enumerate(arguments))
    running: dict[Any, int] = {}
    answers: dict[int, tuple[bool, Any]] = {}
    while waiting or running:
        while waiting and (processes is None or len(running) < processes):
            number, argument = waiting.pop(0)
            receiver, sender = Pipe(duplex=False)
            Process(target=work, args=(function, argument, sender)).start()
            running[receiver] = number
        for receiver in wait(list(running)):
            answers[running.pop(receiver)] = pickle.loads(receiver.recv_bytes())
    for number in range(len(arguments)):
        if not answers[number][0]:
            raise answers[number][1]
    return [answers[number][1] for number in range(len(arguments))]
