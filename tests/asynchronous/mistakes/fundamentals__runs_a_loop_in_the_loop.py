"""Calls asyncio.run for each job, which is not allowed inside a running event loop.

fails: test_results_in_job_order, test_jobs_overlap, test_failure_cancels_the_rest, test_cancelling_cancels_every_job, test_nothing_left_behind
says: asyncio.run() cannot be called from a running event loop
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


async def run_all(jobs: Sequence[Callable[[], Awaitable[T]]]) -> list[T]:
    return [asyncio.run(job()) for job in jobs]


async def call_blocking(function: Callable[..., T], *args: Any) -> T:
    return await asyncio.to_thread(function, *args)
