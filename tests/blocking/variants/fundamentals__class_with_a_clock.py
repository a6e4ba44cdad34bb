"""A class that knows its deadline, and select() only where recv() would block."""

import select
import socket
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def run_in_order(jobs: Sequence[Callable[[], T]], on_done: Callable[[int, T], object]) -> list[T]:
    done: list[T] = []
    pending = list(jobs)
    while pending:
        job = pending.pop(0)
        outcome = job()
        on_done(len(done), outcome)
        done.append(outcome)
    return done


class Deadline:
    def __init__(self, seconds: float) -> None:
        self.at = time.monotonic() + seconds

    @property
    def left(self) -> float:
        left = self.at - time.monotonic()
        if left <= 0:
            raise TimeoutError("the time is up")
        return left


def read_line(sock: socket.socket, timeout: float) -> bytes:
    deadline = Deadline(timeout)
    sock.setblocking(False)
    line = b""
    while not line.endswith(b"\n"):
        try:
            byte = sock.recv(1)
        except BlockingIOError:
            select.select([sock], [], [], deadline.left)
            continue
        if not byte:
            break
        line += byte
    return line
