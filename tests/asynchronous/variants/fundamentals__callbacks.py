"""Counts tasks down in done-callbacks that settle one future; a thread that reports to the loop."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


async def run_all(jobs: Sequence[Callable[[], Awaitable[T]]]) -> list[T]:
    over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    tasks = [asyncio.ensure_future(job()) for job in jobs]
    running = len(tasks)
    failure: BaseException | None = None

    def cancel_all() -> None:
        for task in tasks:
            task.cancel()

    def ended(task: asyncio.Future[T]) -> None:
        nonlocal running, failure
        running -= 1
        if failure is None and not task.cancelled() and task.exception() is not None:
            failure = task.exception()
            cancel_all()
        if running == 0 and not over.done():
            over.set_result(None)

    for task in tasks:
        task.add_done_callback(ended)
    if not tasks:
        over.set_result(None)
    try:
        await asyncio.shield(over)
    except asyncio.CancelledError:
        cancel_all()
        await over
        raise
    if failure is not None:
        raise failure
    return [task.result() for task in tasks]


async def call_blocking(function: Callable[..., T], *args: Any) -> T:
    loop = asyncio.get_running_loop()
    outcome: asyncio.Future[T] = loop.create_future()

    def work() -> None:
        try:
            result = function(*args)
        except Exception as error:
            loop.call_soon_threadsafe(outcome.set_exception, error)
        else:
            loop.call_soon_threadsafe(outcome.set_result, result)

    threading.Thread(target=work).start()
    return await outcome
