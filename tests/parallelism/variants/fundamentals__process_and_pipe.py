"""A Process and a Pipe for each job; whoever is ready first is read first, and makes room for the next."""

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
    running: dict[Any, tuple[int, Process]] = {}
    answers: dict[int, tuple[bool, Any]] = {}
    while waiting or running:
        while waiting and (processes is None or len(running) < processes):
            number, argument = waiting.pop(0)
            receiver, sender = Pipe(duplex=False)
            process = Process(target=work, args=(function, argument, sender))
            process.start()
            sender.close()
            running[receiver] = number, process
        for receiver in wait(list(running)):
            number, process = running.pop(receiver)
            try:
                answers[number] = pickle.loads(receiver.recv_bytes())
            except EOFError:
                answers[number] = False, RuntimeError("a process died")
            process.join()
            receiver.close()
    for number in range(len(arguments)):
        if not answers[number][0]:
            raise answers[number][1]
    return [answers[number][1] for number in range(len(arguments))]
