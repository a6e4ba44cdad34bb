"""A file over the socket that doesn't read ahead; the socket's time-out is put back."""

import contextlib
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


def run_in_order(jobs: Sequence[Callable[[], T]], on_done: Callable[[int, T], object]) -> list[T]:
    results: dict[int, T] = {}
    for number, job in enumerate(jobs):
        results[number] = job()
        on_done(number, results[number])
    return list(results.values())


@contextlib.contextmanager
def time_left(sock: socket.socket, seconds: float) -> Iterator[None]:
    before = sock.gettimeout()
    sock.settimeout(seconds)
    try:
        yield
    finally:
        sock.settimeout(before)


def read_line(sock: socket.socket, timeout: float) -> bytes:
    ends = time.monotonic() + timeout
    line = b""
    with sock.makefile("rb", buffering=0) as stream:
        while not line.endswith(b"\n"):
            left = ends - time.monotonic()
            if left <= 0:
                raise TimeoutError
            with time_left(sock, left):
                byte = stream.read(1)
            if not byte:
                break
            line += byte
    return line
