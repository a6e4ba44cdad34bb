"""Hands the jobs to a pool with one thread, which runs them in order, but not in the caller's thread.

fails: test_one_after_another, test_on_done_after_each_job, test_first_failure_stops_the_rest
says: The jobs ran in threads of their own.
"""

import socket
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def run_in_order(jobs: Sequence[Callable[[], T]], on_done: Callable[[int, T], object]) -> list[T]:
    results: list[T] = []
    with ThreadPoolExecutor(max_workers=1) as pool:
        for position, future in enumerate([pool.submit(job) for job in jobs]):
            results.append(future.result())
            on_done(position, results[-1])
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
