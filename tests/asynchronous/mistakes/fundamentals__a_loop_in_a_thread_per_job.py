"""Runs each job with asyncio.run, in an event loop and a thread of its own.

fails: test_jobs_overlap, test_failure_cancels_the_rest, test_cancelling_cancels_every_job
says: The jobs ran in threads of their own.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


async def run_all(jobs: Sequence[Callable[[], Awaitable[T]]]) -> list[T]:
    threads = [asyncio.to_thread(asyncio.run, job()) for job in jobs]
    return await asyncio.gather(*threads)


async def call_blocking(function: Callable[..., T], *args: Any) -> T:
    return await asyncio.to_thread(function, *args)
