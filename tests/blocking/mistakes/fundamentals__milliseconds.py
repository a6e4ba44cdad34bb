"""Takes the timeout for milliseconds.

fails: test_line_in_pieces, test_bytes_after_the_newline_stay, test_end_of_stream, test_silent_sender_times_out, test_timeout_bounds_the_whole_call
says: It raised TimeoutError
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
    deadline = time.monotonic() + timeout / 1000
    line = b""
    while not line.endswith(b"\n"):
        sock.settimeout(max(deadline - time.monotonic(), 1e-6))
        byte = sock.recv(1)
        if not byte:
            break
        line += byte
    return line
