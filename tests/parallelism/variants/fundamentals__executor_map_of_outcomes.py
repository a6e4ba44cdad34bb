"""ProcessPoolExecutor.map; failures travel as values."""

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
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
    with ProcessPoolExecutor(processes or len(arguments) or 1) as pool:
        return unpacked(list(pool.map(outcome, repeat(function), arguments)))
