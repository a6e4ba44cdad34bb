"""Makes the function a coroutine function, so that calling it does nothing.

fails: test_results_in_job_order, test_jobs_overlap, test_each_job_has_its_own_thread, test_waits_for_every_job, test_failures_wait_for_all, test_none_one_and_fifty
says: The jobs were never run.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


async def run_concurrently(jobs: Sequence[Callable[[], T]]) -> list[T]:
    return list(await asyncio.gather(*(asyncio.to_thread(job) for job in jobs)))
