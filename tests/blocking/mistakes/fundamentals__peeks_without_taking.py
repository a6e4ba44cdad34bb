"""Looks at what is there until it has a newline, and takes nothing meanwhile, so recv() never waits.

fails: test_line_in_pieces, test_end_of_stream
says: It looked again and again instead of waiting.
"""

import socket
import time
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
    deadline = time.monotonic() + timeout
    while True:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        sock.settimeout(left)
        waiting = sock.recv(4096, socket.MSG_PEEK)
        if b"\n" in waiting:
            return sock.recv(waiting.index(b"\n") + 1)
        if not waiting:
            return b""
