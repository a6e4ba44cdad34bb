"""Waiting for the connections of `multiprocessing`, which `multiprocessing.pool.ThreadPool` does as well."""

from __future__ import annotations

from multiprocessing import connection
from selectors import EVENT_READ
from typing import TYPE_CHECKING, Any

from grader.simulation import _scheduler
from grader.simulation.network._select import SimulatedSelector

if TYPE_CHECKING:
    from collections.abc import Iterable

real_wait = connection.wait


def wait(object_list: Iterable[Any], timeout: float | None = None) -> list[Any]:
    """Stand in for `multiprocessing.connection.wait`, which ends only when the clock is *past* its time-out.

    In simulated time no clock moves by itself, so the real one would look again and again.
    """
    if _scheduler.active() is None:
        return real_wait(object_list, timeout)
    with SimulatedSelector() as selector:
        for item in object_list:
            selector.register(item, EVENT_READ)
        return [key.fileobj for key, _ in selector.select(timeout)]
