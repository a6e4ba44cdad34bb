"""Doesn't think of the moment at which nothing is left of the time: a time-out of 0 makes a socket non-blocking.

fails: test_timeout_bounds_the_whole_call
says: raised BlockingIOError
"""

import socket
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def run_in_order(jobs: Sequence[Callable[[], T]], on_done: Callable[[int, T], object]) -> list[T]:
    results = []
    for position, job in enumerate(jobs):
        result = job()
        on_done(position, result)
        results.append(result)
    return results


def read_line(sock: socket.socket, timeout: float) -> bytes:
    deadline = time.monotonic() + timeout
    line = b""
    while not line.endswith(b"\n"):
        sock.settimeout(max(0, deadline - time.monotonic()))
        byte = sock.recv(1)
        if not byte:
            break
        line += byte
    return line
