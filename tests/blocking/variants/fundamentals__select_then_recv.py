"""Waits in select() for what is left of the time; a while loop with an index."""

import select
import socket
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def run_in_order(jobs: Sequence[Callable[[], T]], on_done: Callable[[int, T], object]) -> list[T]:
    results: list[T] = []
    while len(results) < len(jobs):
        index = len(results)
        results.append(jobs[index]())
        on_done(index, results[index])
    return results


def read_line(sock: socket.socket, timeout: float) -> bytes:
    give_up_at = time.monotonic() + timeout
    received: list[bytes] = []
    while not received or received[-1] != b"\n":
        readable, _, _ = select.select([sock], [], [], max(0, give_up_at - time.monotonic()))
        if not readable:
            raise TimeoutError(f"no line within {timeout} seconds")
        byte = sock.recv(1)
        if byte == b"":
            break
        received.append(byte)
    return b"".join(received)
