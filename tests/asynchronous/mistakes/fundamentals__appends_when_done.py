"""Appends each result when its job ends, so that the results are in finishing order.

fails: test_results_in_job_order
says: The results are in the order in which the jobs finished.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


async def run_all(jobs: Sequence[Callable[[], Awaitable[T]]]) -> list[T]:
    results: list[T] = []

    async def run(job: Callable[[], Awaitable[T]]) -> None:
        results.append(await job())

    async with asyncio.TaskGroup() as group:
        for job in jobs:
            group.create_task(run(job))
    return results


async def call_blocking(function: Callable[..., T], *args: Any) -> T:
    return await asyncio.to_thread(function, *args)
