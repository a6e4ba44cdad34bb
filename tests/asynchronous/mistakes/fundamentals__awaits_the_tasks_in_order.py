"""Awaits its tasks in job order, and so learns of a failure only when those before have ended.

fails: test_failure_cancels_the_rest, test_cancelling_cancels_every_job
says: The other jobs were not cancelled
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


async def run_all(jobs: Sequence[Callable[[], Awaitable[T]]]) -> list[T]:
    tasks = [asyncio.ensure_future(job()) for job in jobs]
    try:
        return [await task for task in tasks]
    except BaseException:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise


async def call_blocking(function: Callable[..., T], *args: Any) -> T:
    return await asyncio.to_thread(function, *args)
