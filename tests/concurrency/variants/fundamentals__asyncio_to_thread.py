"""An event loop in the caller's thread that hands every job to a pool and gathers the outcomes."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def run_concurrently(jobs: Sequence[Callable[[], T]]) -> list[T]:
    async def main() -> list[T]:
        pool = ThreadPoolExecutor(max_workers=len(jobs) + 1)
        asyncio.get_running_loop().set_default_executor(pool)
        tasks = [asyncio.create_task(asyncio.to_thread(job)) for job in jobs]
        if tasks:
            await asyncio.wait(tasks)
        errors = [task.exception() for task in tasks]
        for error in errors:
            if error is not None:
                raise error
        return [task.result() for task in tasks]

    return asyncio.run(main())
