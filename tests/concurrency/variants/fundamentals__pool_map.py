"""A pool's map over a function that never raises, because map gives up at the first error."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def run_concurrently(jobs: Sequence[Callable[[], T]]) -> list[T]:
    def attempt(job: Callable[[], T]) -> tuple[list[T], Exception | None]:
        try:
            return [job()], None
        except Exception as error:
            return [], error

    with ThreadPoolExecutor(max_workers=max(1, len(jobs))) as pool:
        outcomes = list(pool.map(attempt, jobs))
    results: list[T] = []
    for values, error in outcomes:
        if error is not None:
            raise error
        results.extend(values)
    return results
