"""Runs an event loop of its own in a plain function, so that its caller has nothing to await.

fails: test_results_in_job_order, test_jobs_overlap, test_failure_cancels_the_rest, test_cancelling_cancels_every_job, test_nothing_left_behind
says: It raised
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


def run_all(jobs: Sequence[Callable[[], Awaitable[T]]]) -> list[T]:
    async def run() -> list[T]:
        return list(await asyncio.gather(*(job() for job in jobs)))

    return asyncio.run(run())


async def call_blocking(function: Callable[..., T], *args: Any) -> T:
    return await asyncio.to_thread(function, *args)
