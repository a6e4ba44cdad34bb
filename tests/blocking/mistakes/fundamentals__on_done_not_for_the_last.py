"""Calls on_done between the jobs and not after the last one.

fails: test_on_done_after_each_job
says: on_done was not called after each job and before the next.
"""

import socket
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def run_in_order(jobs: Sequence[Callable[[], T]], on_done: Callable[[int, T], object]) -> list[T]:
    results: list[T] = []
    for position, job in enumerate(jobs):
        results.append(job())
        if position < len(jobs) - 1:
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
