"""Tries again when the time is up, and again.

fails: test_silent_sender_times_out, test_timeout_bounds_the_whole_call
says: Your program never ends
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
        try:
            byte = sock.recv(1)
        except TimeoutError:
            continue
        if not byte:
            break
        line += byte
    return line
