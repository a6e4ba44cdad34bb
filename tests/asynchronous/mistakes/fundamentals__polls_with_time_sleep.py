"""Polls its tasks with time.sleep in between, which stops the whole event loop.

fails: test_jobs_overlap, test_failure_cancels_the_rest, test_cancelling_cancels_every_job
says: The event loop stood still
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


def failed(task: asyncio.Future[Any]) -> bool:
    return task.done() and task.exception() is not None


async def run_all(jobs: Sequence[Callable[[], Awaitable[T]]]) -> list[T]:
    tasks = [asyncio.ensure_future(job()) for job in jobs]
    try:
        while not all(task.done() for task in tasks):
            await asyncio.sleep(0)  # lets each task take a step
            time.sleep(0.5)  # gives the jobs some time to work
            for task in tasks:
                if failed(task):
                    task.result()
        return [task.result() for task in tasks]
    except BaseException:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise


async def call_blocking(function: Callable[..., T], *args: Any) -> T:
    return await asyncio.to_thread(function, *args)
