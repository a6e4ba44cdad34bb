"""Takes results from Pool.imap_unordered, which gives the quickest first.

fails: test_results_in_argument_order, test_works_under_spawn
says: The results are in the order in which the jobs finished.
"""

from collections.abc import Callable, Sequence
from functools import partial
from multiprocessing import Pool
from typing import Any, TypeVar

T = TypeVar("T")


def outcome(function: Callable[[Any], T], numbered: tuple[int, Any]) -> tuple[int, bool, Any]:
    try:
        return numbered[0], True, function(numbered[1])
    except Exception as error:
        return numbered[0], False, error


def run_in_processes(function: Callable[[Any], T], arguments: Sequence[Any], processes: int | None = None) -> list[T]:
    if not arguments:
        return []
    with Pool(processes or len(arguments)) as pool:
        outcomes = list(pool.imap_unordered(partial(outcome, function), enumerate(arguments)))
    failed = {number: error for number, worked, error in outcomes if not worked}
    if failed:
        raise failed[min(failed)]
    return [value for _, _, value in outcomes]
