"""Takes what one recv() returns for the whole line.

fails: test_line_in_pieces, test_bytes_after_the_newline_stay, test_timeout_bounds_the_whole_call
says: It did not return the line.
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
    return sock.recv(4096)
