"""Divides the arguments into as many chunks as there are processes, so some wait behind a long job.

fails: test_as_many_as_asked_for
says: There were not always as many jobs in progress as there could be.
"""

from collections.abc import Callable, Sequence
from functools import partial
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
    size = processes or len(arguments)
    with Pool(size) as pool:
        return unpacked(pool.map(partial(outcome, function), arguments, chunksize=-(-len(arguments) // size)))
