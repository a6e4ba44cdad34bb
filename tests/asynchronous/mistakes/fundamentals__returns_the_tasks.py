"""Returns the tasks without waiting for them, instead of their results.

fails: test_results_in_job_order, test_jobs_overlap, test_failure_cancels_the_rest, test_cancelling_cancels_every_job, test_nothing_left_behind
says: The call returned before the jobs were done.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


async def run_all(jobs: Sequence[Callable[[], Awaitable[T]]]) -> list[T]:
    tasks = []
    for job in jobs:
        tasks.append(asyncio.create_task(job()))
    return tasks


async def call_blocking(function: Callable[..., T], *args: Any) -> T:
    return await asyncio.to_thread(function, *args)
