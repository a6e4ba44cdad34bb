"""Looks at the first job before it knows whether there is one.

fails: test_results_in_job_order
says: It raised IndexError
"""

import socket
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def run_in_order(jobs: Sequence[Callable[[], T]], on_done: Callable[[int, T], object]) -> list[T]:
    results = [jobs[0]()]
    on_done(0, results[0])
    for position in range(1, len(jobs)):
        results.append(jobs[position]())
        on_done(position, results[-1])
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
