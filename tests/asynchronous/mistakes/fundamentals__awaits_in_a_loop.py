"""Awaits each job in a loop, so that every job waits for the one before it.

fails: test_jobs_overlap, test_failure_cancels_the_rest, test_cancelling_cancels_every_job
says: The jobs ran one after another.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


async def run_all(jobs: Sequence[Callable[[], Awaitable[T]]]) -> list[T]:
    results = []
    for job in jobs:
        results.append(await job())
    return results


async def call_blocking(function: Callable[..., T], *args: Any) -> T:
    return await asyncio.to_thread(function, *args)
