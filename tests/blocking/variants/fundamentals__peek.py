"""Looks with MSG_PEEK and takes no more than up to the newline; a list comprehension around a helper."""

import socket
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def run_in_order(jobs: Sequence[Callable[[], T]], on_done: Callable[[int, T], object]) -> list[T]:
    def run(position: int) -> T:
        result = jobs[position]()
        on_done(position, result)
        return result

    return [run(position) for position in range(len(jobs))]


def read_line(sock: socket.socket, timeout: float) -> bytes:
    end = time.perf_counter() + timeout
    line = b""
    while not line.endswith(b"\n"):
        sock.settimeout(max(end - time.perf_counter(), 1e-6))
        waiting = sock.recv(4096, socket.MSG_PEEK)
        if not waiting:
            break
        newline = waiting.find(b"\n")
        line += sock.recv(newline + 1 if newline >= 0 else len(waiting))
    return line
