"""Run several functions at the same time, each in a thread of its own.

README.md in this folder explains the idea and numbers the tasks; HINTS.md has hints for each.
Replace the `raise NotImplementedError(...)` with your own code, and add the imports you need.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def run_concurrently(jobs: Sequence[Callable[[], T]]) -> list[T]:
    """Run all jobs at the same time, each in its own thread; return their results in job order.

    Each job is a function without parameters: `job()` runs it and gives its result. Call each job
    exactly once. All jobs are in progress at once, however many there are, and none of them runs
    in the thread that called `run_concurrently`. So the call takes as long as its longest job:
    five jobs of 2 seconds take 2 seconds, and so do fifty. Without jobs the result is `[]`.

    The result of `jobs[0]` comes first, then that of `jobs[1]`, and so on, whichever ended first.

    The call ends at the moment at which the last job ends, not before and not after. Then no
    thread that it started is still running.

    A job fails by raising an `Exception`, which doesn't stop the others: they all run to their own
    end. When all have ended, the error of the job that failed is raised: that very error, not a
    new one made from it. If several jobs fail, raise the error of the one that comes first in
    `jobs`, even if another failed earlier in time.
    """
    # TODO 2: wait until all jobs have ended, and leave no thread running.
    # TODO 3: keep what the jobs raise; raise the first, in job order, when all have ended.
    raise NotImplementedError("TODO 1: run each job in its own thread; return the results in order")
