"""Results are stored by position as they come."""

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import Any, TypeVar

T = TypeVar("T")


def run_in_processes(function: Callable[[Any], T], arguments: Sequence[Any], processes: int | None = None) -> list[T]:
    results, errors = {}, {}
    if arguments:
        with ProcessPoolExecutor(max_workers=processes or len(arguments)) as pool:
            positions = {pool.submit(function, argument): number for number, argument in enumerate(arguments)}
            for future in as_completed(positions):
                try:
                    results[positions[future]] = future.result()
                except Exception as error:
                    errors[positions[future]] = error
    if errors:
        raise errors[min(errors)]
    return [results[number] for number in sorted(results)]
