"""Calls each job once more to look at what it gives, and never awaits that coroutine.

fails: test_nothing_left_behind
says: was never awaited
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


async def run_all(jobs: Sequence[Callable[[], Awaitable[T]]]) -> list[T]:
    for job in jobs:
        if not asyncio.iscoroutine(job()):
            raise TypeError("each job must be an async function")
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(job()) for job in jobs]
    return [task.result() for task in tasks]


async def call_blocking(function: Callable[..., T], *args: Any) -> T:
    return await asyncio.to_thread(function, *args)
