"""Reads in a thread, and leaves it waiting when the time is up.

fails: test_silent_sender_times_out
says: What was sent after the TimeoutError could not be read any more.
"""

import socket
import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def run_in_order(jobs: Sequence[Callable[[], T]], on_done: Callable[[int, T], object]) -> list[T]:
    results = []
    for position, job in enumerate(jobs):
        result = job()
        on_done(position, result)
        results.append(result)
    return results


def read_line(sock: socket.socket, timeout: float) -> bytes:
    line = bytearray()

    def read() -> None:
        while not line.endswith(b"\n"):
            byte = sock.recv(1)
            if not byte:
                break
            line.extend(byte)

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    reader.join(timeout)
    if reader.is_alive():
        raise TimeoutError
    return bytes(line)
