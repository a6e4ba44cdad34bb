"""Keeps what came behind the newline in a dictionary, where only read_line finds it.

fails: test_bytes_after_the_newline_stay
says: Bytes behind the newline were lost.
"""

import socket
import time
import weakref
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


_rest: weakref.WeakKeyDictionary[socket.socket, bytes] = weakref.WeakKeyDictionary()


def run_in_order(jobs: Sequence[Callable[[], T]], on_done: Callable[[int, T], object]) -> list[T]:
    results = []
    for position, job in enumerate(jobs):
        result = job()
        on_done(position, result)
        results.append(result)
    return results


def read_line(sock: socket.socket, timeout: float) -> bytes:
    deadline = time.monotonic() + timeout
    data = _rest.pop(sock, b"")
    while b"\n" not in data:
        sock.settimeout(max(deadline - time.monotonic(), 1e-6))
        chunk = sock.recv(1024)
        if not chunk:
            return data
        data += chunk
    line, newline, _rest[sock] = data.partition(b"\n")
    return line + newline
