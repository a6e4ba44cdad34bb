"""Relies on gather alone, which lets the other jobs run on when one fails.

fails: test_failure_cancels_the_rest
says: The other jobs were not cancelled.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


async def run_all(jobs: Sequence[Callable[[], Awaitable[T]]]) -> list[T]:
    return await asyncio.gather(*(job() for job in jobs))


async def call_blocking(function: Callable[..., T], *args: Any) -> T:
    return await asyncio.to_thread(function, *args)
