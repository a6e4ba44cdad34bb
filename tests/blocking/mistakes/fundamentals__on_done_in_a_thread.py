"""Calls on_done in a thread, so that the next job needn't wait for it.

fails: test_on_done_after_each_job
says: The next one began before a job or on_done was over.
"""

import socket
import threading
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def run_in_order(jobs: Sequence[Callable[[], T]], on_done: Callable[[int, T], object]) -> list[T]:
    results: list[T] = []
    tellers: list[threading.Thread] = []
    for position, job in enumerate(jobs):
        result = job()
        teller = threading.Thread(target=on_done, args=(position, result))
        teller.start()
        tellers.append(teller)
        results.append(result)
    for teller in tellers:
        teller.join()
    return results


def read_line(sock: socket.socket, timeout: float) -> bytes:
    deadline = time.monotonic() + timeout
    line = bytearray()
    while True:
        sock.settimeout(max(deadline - time.monotonic(), 0.000001))
        byte = sock.recv(1)
        line += byte
        if byte in (b"", b"\n"):
            return bytes(line)
