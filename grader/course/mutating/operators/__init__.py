"""All mutation operators, a family to each module."""

from __future__ import annotations

from grader.course.mutating.operator import Operator
from grader.course.mutating.operators import (
    closing,
    coroutines,
    errors,
    limits,
    locks,
    order,
    processes,
    sockets,
    threads,
    time_outs,
)

_FAMILIES = (threads, locks, coroutines, time_outs, limits, order, errors, closing, processes, sockets)

OPERATORS = tuple(found for family in _FAMILIES for found in vars(family).values() if isinstance(found, Operator))
"""The operators; of two that make the same program the first counts."""
