"""Sleeps as long as the jobs would take and never runs them.

fails: test_results_in_job_order, test_jobs_overlap, test_failure_cancels_the_rest, test_cancelling_cancels_every_job, test_nothing_left_behind
says: The jobs were never run.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


async def run_all(jobs: Sequence[Callable[[], Awaitable[T]]]) -> list[T]:
    if jobs:
        await asyncio.sleep(2)
    return [None for _ in jobs]


async def call_blocking(function: Callable[..., T], *args: Any) -> T:
    return await asyncio.to_thread(function, *args)
