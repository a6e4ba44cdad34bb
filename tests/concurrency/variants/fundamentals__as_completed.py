"""as_completed, with a dictionary that leads from each future back to its job's position."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import Any, TypeVar

T = TypeVar("T")


def run_concurrently(jobs: Sequence[Callable[[], T]]) -> list[T]:
    if len(jobs) == 0:
        return []
    results: list[Any] = [None] * len(jobs)
    failures: dict[int, BaseException] = {}
    with ThreadPoolExecutor(max_workers=len(jobs)) as executor:
        positions = {executor.submit(job): position for position, job in enumerate(jobs)}
        for future in as_completed(positions):
            error = future.exception()
            if error is None:
                results[positions[future]] = future.result()
            else:
                failures[positions[future]] = error
    for position in sorted(failures):
        raise failures[position]
    return results
