"""Starts a thread for the blocking function, but joins it inside the coroutine, which blocks the event loop.

fails: test_heartbeat_keeps_its_beat
says: The event loop stood still
"""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


async def run_all(jobs: Sequence[Callable[[], Awaitable[T]]]) -> list[T]:
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(job()) for job in jobs]
    return [task.result() for task in tasks]


async def call_blocking(function: Callable[..., T], *args: Any) -> T:
    results: list[T] = []
    errors: list[Exception] = []

    def work() -> None:
        try:
            results.append(function(*args))
        except Exception as error:
            errors.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    if errors:
        raise errors[0]
    return results[0]
