"""Pool.starmap with chunks of one, in a forkserver context."""

import multiprocessing
from collections.abc import Callable, Sequence
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
    size = len(arguments) if processes is None else processes
    with multiprocessing.get_context("forkserver").Pool(size) as pool:
        return unpacked(pool.starmap(outcome, [(function, argument) for argument in arguments], chunksize=1))
