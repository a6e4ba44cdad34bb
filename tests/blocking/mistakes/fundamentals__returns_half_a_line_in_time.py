"""Returns what has arrived when the time is up, as if it were a line.

fails: test_silent_sender_times_out, test_timeout_bounds_the_whole_call
says: It did not raise TimeoutError.
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
        try:
            byte = sock.recv(1)
        except TimeoutError:
            return line
        if not byte:
            break
        line += byte
    return line
