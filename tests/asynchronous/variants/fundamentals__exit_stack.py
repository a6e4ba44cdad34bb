"""Lets an AsyncExitStack stop the tasks however the block ends; a future filled from a thread."""

import asyncio
import concurrent.futures
import contextlib
import threading
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


async def _stop(tasks: Sequence[asyncio.Future[Any]]) -> None:
    running = [task for task in tasks if not task.done()]
    for task in running:
        task.cancel()
    if running:
        await asyncio.wait(running)


async def run_all(jobs: Sequence[Callable[[], Awaitable[T]]]) -> list[T]:
    async with contextlib.AsyncExitStack() as stack:
        tasks: list[asyncio.Future[T]] = []
        stack.push_async_callback(_stop, tasks)
        ended: asyncio.Queue[asyncio.Future[T]] = asyncio.Queue()
        for job in jobs:
            task = asyncio.ensure_future(job())
            task.add_done_callback(ended.put_nowait)
            tasks.append(task)
        for _ in jobs:
            (await ended.get()).result()
        return [task.result() for task in tasks]


async def call_blocking(function: Callable[..., T], *args: Any) -> T:
    outcome: concurrent.futures.Future[T] = concurrent.futures.Future()

    def work() -> None:
        try:
            outcome.set_result(function(*args))
        except Exception as error:
            outcome.set_exception(error)

    threading.Thread(target=work, daemon=True).start()
    return await asyncio.wrap_future(outcome)
