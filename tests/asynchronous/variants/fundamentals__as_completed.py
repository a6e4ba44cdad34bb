"""Takes results with as_completed and puts each where its index says; wraps a pool's future."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


async def _with_index(index: int, job: Callable[[], Awaitable[T]]) -> tuple[int, T]:
    return index, await job()


async def run_all(jobs: Sequence[Callable[[], Awaitable[T]]]) -> list[T]:
    tasks = [asyncio.create_task(_with_index(index, job)) for index, job in enumerate(jobs)]
    found: list[tuple[int, T]] = []
    try:
        for next_one in asyncio.as_completed(tasks):
            found.append(await next_one)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return [result for _, result in sorted(found, key=lambda pair: pair[0])]


async def call_blocking(function: Callable[..., T], *args: Any) -> T:
    pool = ThreadPoolExecutor(max_workers=1)
    try:
        return await asyncio.wrap_future(pool.submit(function, *args))
    finally:
        pool.shutdown(wait=False)
