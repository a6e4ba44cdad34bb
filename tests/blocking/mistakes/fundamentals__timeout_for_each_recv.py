"""Gives each recv() the whole timeout.

fails: test_timeout_bounds_the_whole_call
says: It did not raise TimeoutError.
"""

import socket
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
    sock.settimeout(timeout)
    line = b""
    while not line.endswith(b"\n"):
        byte = sock.recv(1)
        if not byte:
            break
        line += byte
    return line
