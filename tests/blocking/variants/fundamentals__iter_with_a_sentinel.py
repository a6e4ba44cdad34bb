"""iter() with b'' for its end, around a closure that sets the time-out each time."""

import socket
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def run_in_order(jobs: Sequence[Callable[[], T]], on_done: Callable[[int, T], object]) -> list[T]:
    results: list[T] = []
    for position in range(len(jobs)):
        job = jobs[position]
        results += [job()]
        on_done(position, results[-1])
    return results


def read_line(sock: socket.socket, timeout: float) -> bytes:
    deadline = time.monotonic() + timeout

    def next_byte() -> bytes:
        sock.settimeout(max(deadline - time.monotonic(), 1e-6))
        return sock.recv(1)

    line = b""
    for byte in iter(next_byte, b""):
        line += byte
        if byte == b"\n":
            break
    return line
