"""Recursion instead of loops, and each byte asked for with the time that is left."""

import socket
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def _run(jobs: Sequence[Callable[[], T]], on_done: Callable[[int, T], object], position: int) -> list[T]:
    if position == len(jobs):
        return []
    result = jobs[position]()
    on_done(position, result)
    return [result, *_run(jobs, on_done, position + 1)]


def run_in_order(jobs: Sequence[Callable[[], T]], on_done: Callable[[int, T], object]) -> list[T]:
    return _run(jobs, on_done, 0)


def _rest(sock: socket.socket, deadline: float) -> bytes:
    sock.settimeout(max(deadline - time.monotonic(), 1e-9))
    byte = sock.recv(1)
    return byte if byte in (b"", b"\n") else byte + _rest(sock, deadline)


def read_line(sock: socket.socket, timeout: float) -> bytes:
    return _rest(sock, time.monotonic() + timeout)
