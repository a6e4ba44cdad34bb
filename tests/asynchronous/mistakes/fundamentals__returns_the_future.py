"""Returns the future of the executor itself, as the `await` in front of it is missing.

fails: test_call_blocking_returns_and_raises, test_heartbeat_keeps_its_beat
says: call_blocking did not return the function's result.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


async def run_all(jobs: Sequence[Callable[[], Awaitable[T]]]) -> list[T]:
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(job()) for job in jobs]
    return [task.result() for task in tasks]


async def call_blocking(function: Callable[..., T], *args: Any) -> T:
    loop = asyncio.get_running_loop()
    return loop.run_in_executor(None, function, *args)
