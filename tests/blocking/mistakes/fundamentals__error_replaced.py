"""Raises an error of its own that has the job's as its cause.

fails: test_first_failure_stops_the_rest
says: It raised the wrong error.
"""

import socket
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def run_in_order(jobs: Sequence[Callable[[], T]], on_done: Callable[[int, T], object]) -> list[T]:
    results: list[T] = []
    for position, job in enumerate(jobs):
        try:
            result = job()
        except Exception as error:
            raise RuntimeError(f"job {position} failed") from error
        on_done(position, result)
        results.append(result)
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
