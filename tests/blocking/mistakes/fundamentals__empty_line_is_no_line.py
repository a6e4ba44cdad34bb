"""Looks where the newline is and takes all that is there if there is none, but a newline at 0 counts as none.

fails: test_bytes_after_the_newline_stay
says: Bytes behind the newline were lost.
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
    line = b""
    while not line.endswith(b"\n"):
        sock.settimeout(max(deadline - time.monotonic(), 1e-6))
        waiting = sock.recv(4096, socket.MSG_PEEK)
        if not waiting:
            break
        newline = waiting.find(b"\n")
        line += sock.recv(newline + 1 if newline > 0 else len(waiting))
    return line
