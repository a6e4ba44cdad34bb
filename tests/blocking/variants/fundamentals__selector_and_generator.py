"""Generators: one that runs the jobs, one that gives the bytes as a selector says that they are there."""

import selectors
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


def _outcomes(jobs: Sequence[Callable[[], T]], on_done: Callable[[int, T], object]) -> Iterator[T]:
    for index, job in enumerate(jobs):
        outcome = job()
        on_done(index, outcome)
        yield outcome


def run_in_order(jobs: Sequence[Callable[[], T]], on_done: Callable[[int, T], object]) -> list[T]:
    return list(_outcomes(jobs, on_done))


def _bytes_of(sock: socket.socket, timeout: float) -> Iterator[bytes]:
    deadline = time.monotonic() + timeout
    sock.setblocking(False)
    with selectors.DefaultSelector() as selector:
        selector.register(sock, selectors.EVENT_READ)
        while True:
            if not selector.select(deadline - time.monotonic()):
                raise TimeoutError
            byte = sock.recv(1)
            if not byte:
                return
            yield byte


def read_line(sock: socket.socket, timeout: float) -> bytes:
    line = b""
    for byte in _bytes_of(sock, timeout):
        line += byte
        if byte == b"\n":
            break
    return line
