"""Runs all jobs first and calls on_done for each of them afterwards.

fails: test_on_done_after_each_job, test_first_failure_stops_the_rest
says: on_done was not called after each job and before the next.
"""

import socket
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def run_in_order(jobs: Sequence[Callable[[], T]], on_done: Callable[[int, T], object]) -> list[T]:
    results = [job() for job in jobs]
    for position, result in enumerate(results):
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
