"""Pool.map with chunks of one; failures travel as values, so none of them ends the map."""

import multiprocessing
from collections.abc import Callable, Sequence
from functools import partial
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
    if len(arguments) == 0:
        return []
    with multiprocessing.Pool(processes or len(arguments)) as pool:
        return unpacked(pool.map(partial(outcome, function), arguments, chunksize=1))
