"""Pool.apply waits for its result, so a loop of it runs one job after another.

fails: test_jobs_overlap, test_as_many_as_asked_for
says: The jobs ran one after another.
"""

from collections.abc import Callable, Sequence
from multiprocessing import Pool
from typing import Any, TypeVar

T = TypeVar("T")


def outcome(function: Callable[[Any], T], argument: Any) -> tuple[bool, Any]:
    try:
        return True, function(argument)
    except Exception as error:
        return False, error


def unpacked(outcomes: list[tuple[bool, Any]]) -> list[Any]:
    for worked, value in outcomes:
        if not worked:
            raise value
    return [value for _, value in outcomes]


def run_in_processes(function: Callable[[Any], T], arguments: Sequence[Any], processes: int | None = None) -> list[T]:
    if not arguments:
        return []
    with Pool(processes or len(arguments)) as pool:
        return unpacked([pool.apply(outcome, (function, argument)) for argument in arguments])
