"""Takes a None for the sign that the jobs are over.

fails: test_results_in_job_order
says: The results are wrong.
"""

import socket
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def run_in_order(jobs: Sequence[Callable[[], T]], on_done: Callable[[int, T], object]) -> list[T]:
    results: list[T] = []
    for position, job in enumerate(jobs):
        result = job()
        if result is None:
            break
        results.append(result)
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
