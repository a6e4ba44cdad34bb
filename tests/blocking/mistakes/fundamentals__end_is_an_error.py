"""Raises EOFError where the stream ends without a newline.

fails: test_end_of_stream
says: It raised EOFError
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
        sock.settimeout(max(deadline - time.monotonic(), 1e-6))
        byte = sock.recv(1)
        if not byte:
            raise EOFError("the stream has ended in the middle of a line")
        line += byte
    return line
