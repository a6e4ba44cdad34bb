"""Waits for the first error and raises it, but cancels none of the other jobs.

fails: test_failure_cancels_the_rest, test_cancelling_cancels_every_job
says: The other jobs were not cancelled.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


async def run_all(jobs: Sequence[Callable[[], Awaitable[T]]]) -> list[T]:
    if not jobs:
        return []
    tasks = [asyncio.ensure_future(job()) for job in jobs]
    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    for task in done:
        task.result()
    return [task.result() for task in tasks]


async def call_blocking(function: Callable[..., T], *args: Any) -> T:
    return await asyncio.to_thread(function, *args)
