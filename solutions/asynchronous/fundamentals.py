"""Reference solution: jobs side by side in one event loop, and blocking calls kept out of it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


async def _run(job: Callable[[], Awaitable[T]]) -> T:
    # A task can only be made from a coroutine; this makes one of whatever a job returns to await.
    return await job()


async def run_all(jobs: Sequence[Callable[[], Awaitable[T]]]) -> list[T]:
    """Run all jobs at the same time in the running event loop; return their results in job order.

    Each job is an async function without parameters: `job()` makes a coroutine, and awaiting that
    runs the job and gives its result. Call each job exactly once. All jobs are in progress at
    once, in the thread that called `run_all`, so the call takes as long as its longest job.
    Without jobs the result is `[]`.

    When a job fails: cancel all other jobs at once. A cancelled job sees `asyncio.CancelledError`
    at its `await` and may then clean up, which may take time and contain further `await`s. Wait
    until every job has ended, then raise the error of the job that failed: that very error, or an
    `ExceptionGroup` that holds it, such as `asyncio.TaskGroup` raises. If several jobs fail, raise
    any one of their errors, or a group.

    When the call itself is cancelled: cancel all jobs at once, wait until every job has ended, and
    let `asyncio.CancelledError` out.

    However the call ends, nothing of it is left behind: no task, no thread, and no coroutine that
    was never awaited.
    """
    # Task 2 is the group's work. When one of its tasks fails, or when this function is cancelled
    # while it waits at the end of the block, the group cancels its tasks, waits for all of them to
    # end, clean-up included, and only then raises: an ExceptionGroup that holds the job's error,
    # or the CancelledError.
    async with asyncio.TaskGroup() as group:
        # create_task only puts a job on the loop's list. The first job begins when the end of the
        # block waits for them, and by then all jobs are on the list: they run side by side.
        tasks = [group.create_task(_run(job)) for job in jobs]
    # The list of tasks is in job order, whatever order they ended in. All have ended well, or the
    # block would have raised, so result() gives each result without waiting.
    return [task.result() for task in tasks]


async def call_blocking(function: Callable[..., T], *args: Any) -> T:
    """Call `function(*args)` once, in another thread, and return its result.

    `function` is an ordinary function that may block: it calls `time.sleep`, for example, or reads
    a large file. While it runs, the event loop isn't held up: every other task goes on exactly as
    if nothing were happening. An error that `function` raises is raised here.

    Cancelling this call is not part of the exercise.
    """
    # Another thread does the waiting. To await it suspends only this coroutine: the loop is free
    # for the other tasks until the thread hands over its result or its error.
    return await asyncio.to_thread(function, *args)
