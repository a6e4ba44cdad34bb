"""Run jobs side by side in one event loop, and keep that loop free of blocking calls.

README.md in this folder explains the idea and numbers the tasks; HINTS.md has hints for each.
Replace every `raise NotImplementedError(...)` with your own code, and add the imports you need.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


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
    # TODO 2: when one job fails, or the call is cancelled, cancel the jobs and wait for their end.
    raise NotImplementedError("TODO 1: run all jobs at the same time; return the results in order")


async def call_blocking(function: Callable[..., T], *args: Any) -> T:
    """Call `function(*args)` once, in another thread, and return its result.

    `function` is an ordinary function that may block: it calls `time.sleep`, for example, or reads
    a large file. While it runs, the event loop isn't held up: every other task goes on exactly as
    if nothing were happening. An error that `function` raises is raised here.

    Cancelling this call is not part of the exercise.
    """
    raise NotImplementedError("TODO 3: call the function in another thread and await its result")
