"""recv_into() a buffer of one byte, and the error of the socket turned into one with a text."""

import socket
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def run_in_order(jobs: Sequence[Callable[[], T]], on_done: Callable[[int, T], object]) -> list[T]:
    results: list[T] = [None] * len(jobs)  # type: ignore[list-item]
    position = 0
    for job in iter(jobs):
        results[position] = job()
        on_done(position, results[position])
        position += 1
    return results


def read_line(sock: socket.socket, timeout: float) -> bytes:
    deadline = time.time() + timeout
    line, byte = bytearray(), bytearray(1)
    try:
        while True:
            left = deadline - time.time()
            if left <= 0:
                raise socket.timeout
            sock.settimeout(left)
            if sock.recv_into(byte) == 0:
                break
            line.extend(byte)
            if byte[0] == 10:
                break
    except socket.timeout:
        raise TimeoutError(f"got {bytes(line)!r} in {timeout} s, and no newline") from None
    return bytes(line)
