"""Starts a thread for each job and joins it before the next, where a plain call does the same.

fails: test_one_after_another
says: The jobs ran in threads of their own.
"""

import socket
import threading
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def run_in_order(jobs: Sequence[Callable[[], T]], on_done: Callable[[int, T], object]) -> list[T]:
    results: list[T] = []
    for position, job in enumerate(jobs):
        outcome: list[T] = []
        errors: list[Exception] = []

        def run(job: Callable[[], T] = job) -> None:
            try:
                outcome.append(job())
            except Exception as error:
                errors.append(error)

        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
        if errors:
            raise errors[0]
        on_done(position, outcome[0])
        results.append(outcome[0])
    return results


def read_line(sock: socket.socket, timeout: float) -> bytes:
    deadline = time.monotonic() + timeout
    line = bytearray()
    while True:
        sock.settimeout(max(deadline - time.monotonic(), 0.000001))
        byte = sock.recv(1)
        line += byte
        if byte in (b"", b"\n"):
            return bytes(line)
