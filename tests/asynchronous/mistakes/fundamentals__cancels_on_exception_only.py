"""Cancels the jobs under `except Exception`, which does not catch CancelledError.

fails: test_cancelling_cancels_every_job
says: The jobs were not cancelled when the call was.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


async def run_all(jobs: Sequence[Callable[[], Awaitable[T]]]) -> list[T]:
    if not jobs:
        return []
    tasks = [asyncio.ensure_future(job()) for job in jobs]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
        for task in done:
            task.result()
    except Exception:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        raise
    return [task.result() for task in tasks]


async def call_blocking(function: Callable[..., T], *args: Any) -> T:
    return await asyncio.to_thread(function, *args)
