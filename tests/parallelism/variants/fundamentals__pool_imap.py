"""Pool.imap, which is asked on after a failure."""

from collections.abc import Callable, Sequence
from multiprocessing import Pool
from typing import Any, TypeVar

T = TypeVar("T")


def run_in_processes(function: Callable[[Any], T], arguments: Sequence[Any], processes: int | None = None) -> list[T]:
    results: list[T] = []
    first = None
    if not arguments:
        return results
    with Pool(processes=processes or len(arguments)) as pool:
        answers = pool.imap(function, arguments)
        while True:
            try:
                results.append(next(answers))
            except StopIteration:
                break
            except Exception as error:
                first = first or error
    if first is not None:
        raise first
    return results
