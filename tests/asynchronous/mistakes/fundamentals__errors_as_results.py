"""Gathers with return_exceptions=True and returns the errors among the results.

fails: test_failure_cancels_the_rest
says: The error of job 3 was lost.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


async def run_all(jobs: Sequence[Callable[[], Awaitable[T]]]) -> list[T]:
    return await asyncio.gather(*(job() for job in jobs), return_exceptions=True)


async def call_blocking(function: Callable[..., T], *args: Any) -> T:
    return await asyncio.to_thread(function, *args)
