"""An event loop for one line, in which asyncio.timeout() bounds the whole reading; the jobs in a try block."""

import asyncio
import socket
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def run_in_order(jobs: Sequence[Callable[[], T]], on_done: Callable[[int, T], object]) -> list[T]:
    results: list[T] = []
    try:
        for job in jobs:
            results.append(job())
            on_done(len(results) - 1, results[-1])
    except Exception:
        results.clear()
        raise
    return results


def read_line(sock: socket.socket, timeout: float) -> bytes:
    async def read() -> bytes:
        loop = asyncio.get_running_loop()
        line = b""
        async with asyncio.timeout(timeout):
            while not line.endswith(b"\n"):
                byte = await loop.sock_recv(sock, 1)
                if not byte:
                    break
                line += byte
        return line

    sock.setblocking(False)
    return asyncio.run(read())
