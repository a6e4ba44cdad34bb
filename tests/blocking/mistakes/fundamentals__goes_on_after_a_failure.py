"""Runs the other jobs as well when one has failed, and raises the first error at the end.

fails: test_first_failure_stops_the_rest
says: It went on after a job had failed.
"""

import socket
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def run_in_order(jobs: Sequence[Callable[[], T]], on_done: Callable[[int, T], object]) -> list[T]:
    results: list[T] = []
    first_error = None
    for position, job in enumerate(jobs):
        try:
            result = job()
        except Exception as error:
            first_error = first_error or error
            continue
        on_done(position, result)
        results.append(result)
    if first_error is not None:
        raise first_error
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
