"""Returns text where bytes are asked for.

fails: test_line_in_pieces, test_bytes_after_the_newline_stay, test_end_of_stream
says: It did not return the line.
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
            break
        line += byte
    return line.decode()
