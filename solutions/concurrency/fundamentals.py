"""Reference solution: start a thread for each job, then wait for all of them."""

import threading
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
    # A thread gives nothing back: what its function returns is thrown away, and what it raises
    # would only be printed. So each job's outcome is kept here under the job's position. No two
    # threads use the same position, so they need no lock.
    results: dict[int, T] = {}
    errors: dict[int, Exception] = {}

    def run(position: int, job: Callable[[], T]) -> None:
        try:
            results[position] = job()
        except Exception as error:  # noqa: BLE001 - whatever a job raises goes to the caller
            errors[position] = error

    # `target` is the function itself: `run(...)` would call it here, in the caller's thread. Its
    # two arguments, the position and the job, go along in `args`: each thread has its own.
    threads = [threading.Thread(target=run, args=item) for item in enumerate(jobs)]
    for thread in threads:
        thread.start()
    # A loop of its own, after the last start: waiting in the loop above would let each job end
    # before the next one begins. join() returns when its thread has ended, at once if it already
    # has, so the order of waiting doesn't matter: the slowest job decides.
    for thread in threads:
        thread.join()

    # All have ended: nobody writes here any more. The smallest position is the first in job order.
    if errors:
        raise errors[min(errors)]
    return [results[position] for position in range(len(jobs))]
