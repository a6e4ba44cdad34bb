"""Gives a sender that is late a second chance.

fails: test_silent_sender_times_out, test_timeout_bounds_the_whole_call
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
    for last in (False, True):
        deadline = time.monotonic() + timeout
        line = b"" if not last else line
        try:
            while not line.endswith(b"\n"):
                sock.settimeout(max(deadline - time.monotonic(), 1e-6))
                byte = sock.recv(1)
                if not byte:
                    break
                line += byte
            return line
        except TimeoutError:
            if last:
                raise
