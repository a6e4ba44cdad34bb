"""What the tests of the simulation share."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING, Any, TypeVar

from grader.simulation import Event, Run, Standstill, Stuck, simulate

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

SECOND = 1_000_000_000


def watched(function: Callable[[], T], *, limit: float = 3600) -> Run[T]:
    """Simulate `function` with the file that calls this one watched."""
    return simulate(function, watch=[sys._getframe(1).f_code.co_filename], limit=limit)


def value(function: Callable[[], T]) -> T:
    """Simulate `function`, which must come to a good end, and return what it returned."""
    run = simulate(function)
    if run.error is not None:
        raise run.error
    assert run.standstill is None
    return run.value  # type: ignore[return-value]  # it returned


def seconds(function: Callable[[], object]) -> float:
    """Simulate `function`, which must come to a good end, and return how many simulated seconds it took."""
    run = simulate(function)
    if run.error is not None:
        raise run.error
    assert run.standstill is None
    return run.elapsed / SECOND


def stopped(function: Callable[[], object], *, limit: float = 3600) -> Standstill:
    """Simulate `function`, which must be stopped, and return why it was."""
    run = simulate(function, watch=[sys._getframe(1).f_code.co_filename], limit=limit)
    assert run.error is None
    assert run.value is None
    assert run.standstill is not None
    return run.standstill


def stuck(standstill: Standstill, name: str) -> Stuck:
    """Return what a standstill says about the thread or task of that name."""
    [found] = [item for item in standstill.stuck if item.name == name]
    return found


def events(run: Run[Any], kind: str) -> list[Event]:
    """Return the events of one kind."""
    return [event for event in run.events if event.kind == kind]


def line_of(code: str) -> int:
    """Return the number of the only line of the calling file that ends with a comment of these words."""
    file = sys._getframe(1).f_code.co_filename
    with open(file, encoding="utf-8") as opened:  # noqa: PTH123 - a code object has a plain file name
        [number] = [number for number, text in enumerate(opened, 1) if text.rstrip().endswith(f"# {code}")]
    return number


def in_threads(*functions: Callable[[], object]) -> None:
    """Run functions in a thread each, started in this order, and wait for all."""
    threads = [threading.Thread(target=function) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
