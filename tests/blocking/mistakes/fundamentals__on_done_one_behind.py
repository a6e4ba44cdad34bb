"""Tells of a job when the next one is over, so the last is told of after the loop.

fails: test_on_done_after_each_job, test_first_failure_stops_the_rest
says: the order was job 1, job 2, on_done
"""

import socket
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def run_in_order(jobs: Sequence[Callable[[], T]], on_done: Callable[[int, T], object]) -> list[T]:
    results: list[T] = []
    for position, job in enumerate(jobs):
        results.append(job())
        if position > 0:
            on_done(position - 1, results[position - 1])
    if results:
        on_done(len(results) - 1, results[-1])
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
