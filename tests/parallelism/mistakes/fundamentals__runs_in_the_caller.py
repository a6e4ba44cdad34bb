"""Calls the function in a plain loop: everything happens in the process that called.

fails: test_jobs_overlap, test_jobs_run_in_processes, test_as_many_as_asked_for, test_failures_wait_for_all, test_unpicklable_result
says: A job ran in the caller's own process.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


def run_in_processes(function: Callable[[Any], T], arguments: Sequence[Any], processes: int | None = None) -> list[T]:
    return [function(argument) for argument in arguments]
