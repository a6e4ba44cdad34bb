"""Asks the thread pool's future for its result inside the coroutine, which blocks the event loop.

fails: test_heartbeat_keeps_its_beat
says: The event loop stood still
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


async def run_all(jobs: Sequence[Callable[[], Awaitable[T]]]) -> list[T]:
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(job()) for job in jobs]
    return [task.result() for task in tasks]


async def call_blocking(function: Callable[..., T], *args: Any) -> T:
    with ThreadPoolExecutor() as pool:
        future = pool.submit(function, *args)
        return future.result()
