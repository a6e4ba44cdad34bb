"""Handles tasks as they end with FIRST_COMPLETED; a thread that sets an event in the loop."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


async def run_all(jobs: Sequence[Callable[[], Awaitable[T]]]) -> list[T]:
    place = {asyncio.ensure_future(job()): index for index, job in enumerate(jobs)}
    results: list[Any] = [None] * len(jobs)
    pending = set(place)
    try:
        while pending:
            done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                results[place[task]] = task.result()
    except BaseException:
        for task in pending:
            task.cancel()
        while pending:
            _, pending = await asyncio.wait(pending)
        raise
    return results


async def call_blocking(function: Callable[..., T], *args: Any) -> T:
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    results: list[T] = []
    errors: list[Exception] = []

    def work() -> None:
        try:
            results.append(function(*args))
        except Exception as error:
            errors.append(error)
        finally:
            loop.call_soon_threadsafe(ready.set)

    thread = threading.Thread(target=work)
    thread.start()
    await ready.wait()
    thread.join()
    if errors:
        raise errors[0]
    return results[0]
