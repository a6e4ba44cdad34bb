"""Calls on_done in a finally block, so that it hears of the job that failed as well.

fails: test_first_failure_stops_the_rest
says: on_done was called for the job that failed.
"""

import socket
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def run_in_order(jobs: Sequence[Callable[[], T]], on_done: Callable[[int, T], object]) -> list[T]:
    results: list[T] = []
    for position, job in enumerate(jobs):
        result = None
        try:
            result = job()
            results.append(result)
        finally:
            on_done(position, result)
    return results


def read_line(sock: socket.socket, timeout: float) -> bytes:
    deadline = time.monotonic() + timeout
    line = bytearray()
    while True:
        sock.settimeout(max(deadline - time.monotonic(), 0.000001))
        byte = sock.recv(1)
        line += byte
        if byte in (b"", b"\n"):
            return bytes(line)
