"""poll() in milliseconds, rounded up, with a last look at the clock; map() over the positions."""

import select
import socket
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def run_in_order(jobs: Sequence[Callable[[], T]], on_done: Callable[[int, T], object]) -> list[T]:
    def in_turn(position: int, job: Callable[[], T]) -> T:
        result = job()
        on_done(position, result)
        return result

    return list(map(in_turn, range(len(jobs)), jobs))


def read_line(sock: socket.socket, timeout: float) -> bytes:
    deadline = time.monotonic_ns() + round(timeout * 1e9)
    poller = select.poll()
    poller.register(sock, select.POLLIN)
    line = b""
    while b"\n" not in line:
        left = max(0, deadline - time.monotonic_ns())
        if not poller.poll(left / 1e6):
            raise TimeoutError("the line took too long")
        byte = sock.recv(1)
        if not byte:
            return line
        line += byte
    return line
