"""Takes the jobs from the end of the list, as pop() does.

fails: test_one_after_another, test_on_done_after_each_job, test_first_failure_stops_the_rest
says: The jobs ran in another order than their own.
"""

import socket
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def run_in_order(jobs: Sequence[Callable[[], T]], on_done: Callable[[int, T], object]) -> list[T]:
    results: list[T] = []
    waiting = list(jobs)
    while waiting:
        result = waiting.pop()()
        on_done(len(waiting), result)
        results.append(result)
    results.reverse()
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
