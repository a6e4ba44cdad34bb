"""Looks every tenth of a second whether something has arrived.

fails: test_line_in_pieces, test_silent_sender_times_out, test_timeout_bounds_the_whole_call
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
    sock.setblocking(False)
    line = b""
    while not line.endswith(b"\n"):
        try:
            byte = sock.recv(1)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise TimeoutError
            time.sleep(0.1)
            continue
        if not byte:
            break
        line += byte
    return line
