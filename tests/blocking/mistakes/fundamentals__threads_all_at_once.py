"""Runs all jobs at the same time, each in a thread, as the exercise on concurrency asks for.

fails: test_one_after_another, test_on_done_after_each_job, test_first_failure_stops_the_rest
says: The jobs were in progress at the same time.
"""

import socket
import threading
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def run_in_order(jobs: Sequence[Callable[[], T]], on_done: Callable[[int, T], object]) -> list[T]:
    results: dict[int, T] = {}
    errors: dict[int, Exception] = {}

    def run(position: int, job: Callable[[], T]) -> None:
        try:
            results[position] = job()
            on_done(position, results[position])
        except Exception as error:
            errors[position] = error

    threads = [threading.Thread(target=run, args=item) for item in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[min(errors)]
    return [results[position] for position in range(len(jobs))]


def read_line(sock: socket.socket, timeout: float) -> bytes:
    deadline = time.monotonic() + timeout
    line = bytearray()
    while True:
        sock.settimeout(max(deadline - time.monotonic(), 0.000001))
        byte = sock.recv(1)
        line += byte
        if byte in (b"", b"\n"):
            return bytes(line)
