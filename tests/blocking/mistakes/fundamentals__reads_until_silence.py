"""Collects whatever arrives until the time is up, and only then looks for the line.

fails: test_line_in_pieces, test_bytes_after_the_newline_stay, test_silent_sender_times_out, test_timeout_bounds_the_whole_call
says: The call took too long.
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
    data = b""
    while True:
        sock.settimeout(max(deadline - time.monotonic(), 1e-6))
        try:
            chunk = sock.recv(1024)
        except TimeoutError:
            break
        if not chunk:
            break
        data += chunk
    line, newline, _ = data.partition(b"\n")
    return line + newline
