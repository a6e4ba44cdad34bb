"""Tests that the same program does the same in every run, on a busy machine, and in every interpreter."""

from __future__ import annotations

import asyncio
import concurrent.futures
import hashlib
import os
import queue
import random
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from grader.simulation import simulate

if TYPE_CHECKING:
    from collections.abc import Iterator


def mixed() -> list[object]:
    """Use threads, a pool, queues, sockets, events loops, sets and random numbers, all at the same time."""
    seen: list[object] = []
    items: queue.Queue[int] = queue.Queue(2)
    lock = threading.Lock()
    server = socket.create_server(("localhost", 8000))

    def produce(number: int) -> None:
        for step in range(3):
            time.sleep(random.random())  # noqa: S311 - not for secrets
            items.put(number * 10 + step)

    def consume() -> None:
        while (item := items.get()) >= 0:
            with lock:
                seen.append(item)
                time.sleep(0.1)

    def serve() -> None:
        for _ in range(3):
            connection, _ = server.accept()
            with connection:
                connection.sendall(connection.recv(99).upper())

    def ask(number: int) -> bytes:
        with socket.create_connection(("localhost", 8000)) as client:
            client.sendall(b"hello %d" % number)
            return client.recv(99)

    async def work(number: int) -> int:
        await asyncio.sleep(number % 3)
        return await asyncio.to_thread(lambda: number) if number % 3 == 0 else number

    async def main() -> None:
        done, _ = await asyncio.wait({asyncio.create_task(work(number)) for number in range(7)})
        seen.append([task.result() for task in done])

    threads = {threading.Thread(target=produce, args=(number,)) for number in range(3)}
    threads |= {threading.Thread(target=function) for function in (consume, consume, serve)}
    for thread in threads:
        thread.start()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        futures = {pool.submit(ask, number) for number in range(3)}
        asyncio.run(main())
        seen.extend(future.result() for future in concurrent.futures.as_completed(futures))
        seen.extend(sorted(future.result() for future in concurrent.futures.wait(futures).done))
    time.sleep(10)
    for _ in range(2):
        items.put(-1)
    for thread in threads:
        thread.join()
    server.close()
    return seen


def digest() -> str:
    """Run it once, and say in one word what happened."""
    run = simulate(mixed, watch=[__file__])
    assert run.error is None
    assert run.standstill is None
    events = [
        (event.time, event.thread, event.task, event.kind, event.site and event.site.line, event.data)
        for event in run.events
    ]
    return hashlib.sha256(repr((run.value, run.elapsed, events, run.leftovers)).encode()).hexdigest()


@contextmanager
def busy_machine() -> Iterator[None]:
    """Keep every core busy with something else."""
    burners = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(2 * (os.cpu_count() or 1))]
    try:
        yield
    finally:
        for burner in burners:
            burner.kill()
            burner.wait()


def test_a_thousand_runs_are_the_same() -> None:
    """A program of everything has the same trace a thousand times out of a thousand."""
    assert len({digest() for _ in range(1_000)}) == 1


def test_runs_on_a_busy_machine_are_the_same() -> None:
    """Other processes on every core change nothing."""
    expected = digest()
    with busy_machine():
        assert {digest() for _ in range(50)} == {expected}


def test_runs_in_other_interpreters_are_the_same() -> None:
    """A fresh interpreter has the same trace, whatever its seed for hashes and its first breaths were."""
    program = "from grader.tests.simulation.test_same_every_time import digest; print(digest())"
    expected = digest()
    for seed in ("0", "1", "random"):
        done = subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            text=True,
            timeout=50,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        )
        assert done.stdout.strip() == expected
