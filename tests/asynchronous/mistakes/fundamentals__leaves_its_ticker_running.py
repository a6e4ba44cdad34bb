"""Starts a task that shows progress and forgets to cancel it when all is well.

fails: test_nothing_left_behind
says: The task show_progress was still pending after your function returned
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


async def show_progress(tasks: Sequence[asyncio.Future[Any]]) -> None:
    while True:
        await asyncio.sleep(1)
        print(sum(task.done() for task in tasks), "of", len(tasks), "jobs done")


async def run_all(jobs: Sequence[Callable[[], Awaitable[T]]]) -> list[T]:
    tasks = [asyncio.ensure_future(job()) for job in jobs]
    ticker = asyncio.create_task(show_progress(tasks))
    try:
        if tasks:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
            for task in done:
                task.result()
    except BaseException:
        for task in [*tasks, ticker]:
            task.cancel()
        await asyncio.wait([*tasks, ticker])
        raise
    return [task.result() for task in tasks]


async def call_blocking(function: Callable[..., T], *args: Any) -> T:
    return await asyncio.to_thread(function, *args)
