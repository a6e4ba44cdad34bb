"""Reads with readline() of a file that doesn't read ahead, and has the timeout for each byte.

fails: test_timeout_bounds_the_whole_call
says: It did not raise TimeoutError.
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
    with sock.makefile("rb", buffering=0) as stream:
        return stream.readline()
