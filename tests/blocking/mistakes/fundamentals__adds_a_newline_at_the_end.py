"""Completes the half line before the end of the stream with a newline that never came.

fails: test_end_of_stream
says: The end of the stream was not the end of the line.
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
    while True:
        sock.settimeout(max(deadline - time.monotonic(), 1e-6))
        byte = sock.recv(1)
        if byte in (b"", b"\n"):
            return line + b"\n"
        line += byte
