"""Closes the socket when it has read a line.

fails: test_bytes_after_the_newline_stay, test_end_of_stream, test_silent_sender_times_out
says: It raised OSError
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
    with sock:
        while not line.endswith(b"\n"):
            sock.settimeout(max(deadline - time.monotonic(), 1e-6))
            byte = sock.recv(1)
            if not byte:
                break
            line += byte
        return line
