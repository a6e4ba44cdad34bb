"""Mistakes with how many there are: of workers, of turns, of whatever is counted."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from grader.course.mutating.operator import operator
from grader.course.mutating.program import Edit, Function, Program, calls, expression, last_name, remade

if TYPE_CHECKING:
    from collections.abc import Iterator

_POOLS = frozenset({"ThreadPoolExecutor", "ProcessPoolExecutor", "Pool", "ThreadPool", "TCPConnector"})
_COUNTED = _POOLS | {"Semaphore", "BoundedSemaphore", "Barrier", "listen"}
_OPTIONS = frozenset({"max_workers", "processes", "limit", "value", "parties", "backlog"})
_STARTING = ("Thread", "Process", "start", "submit", "create_task", "ensure_future")
_OFF_BY_ONE = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}


def _limits(program: Program) -> Iterator[ast.expr]:
    """Yield the sizes of pools, semaphores and the like, and parameters' defaults that are numbers."""
    for node in program.find(ast.Call, ast.FunctionDef, ast.AsyncFunctionDef):
        if isinstance(node, Function):
            defaults = [*node.args.defaults, *node.args.kw_defaults]
            yield from (value for value in defaults if isinstance(value, ast.Constant) and type(value.value) is int)
        elif isinstance(node, ast.Call) and last_name(node.func) in _COUNTED:
            yield from node.args[:1]
            yield from (option.value for option in node.keywords if option.arg in _OPTIONS)
    yield from _counts(program)


def _counts(program: Program) -> Iterator[ast.expr]:
    """Yield how often something is started."""
    for loop in program.find(ast.For, ast.ListComp, ast.GeneratorExp):
        made = loop.elt if isinstance(loop, ast.ListComp | ast.GeneratorExp) else ast.Module(loop.body, [])
        source = loop.generators[0].iter if isinstance(loop, ast.ListComp | ast.GeneratorExp) else loop.iter
        if calls(made, *_STARTING) and isinstance(source, ast.Call) and last_name(source.func) == "range":
            yield source.args[-1]


def _changed(program: Program, by: int) -> Iterator[Edit]:
    for limit in _limits(program):
        match limit:
            case ast.Starred() | ast.Constant(value=None):
                continue
            case ast.Constant(value=int() as number):
                other: ast.expr = ast.Constant(number + by)
            case _:
                other = expression(f"({ast.unparse(limit)}) {by:+d}")
        yield Edit(limit, {limit: [other]})


@operator
def lower_limit(program: Program) -> Iterator[Edit]:
    """One fewer than there should be."""
    return _changed(program, -1)


@operator
def raise_limit(program: Program) -> Iterator[Edit]:
    """One more than there should be."""
    return _changed(program, +1)


@operator
def drop_limit(program: Program) -> Iterator[Edit]:
    """A pool is as large as the library makes it."""
    for call in program.find(ast.Call):
        if last_name(call.func) in _POOLS:
            kept = [option for option in call.keywords if option.arg not in _OPTIONS]
            if call.args or len(kept) < len(call.keywords):
                yield Edit(call, {call: [remade(call, args=[], keywords=kept)]})


@operator
def off_by_one(program: Program) -> Iterator[Edit]:
    """A comparison is wrong where both sides are equal."""
    for comparison in program.find(ast.Compare):
        other = _OFF_BY_ONE.get(type(comparison.ops[0])) if len(comparison.ops) == 1 else None
        if other is not None:
            yield Edit(comparison, {comparison: [remade(comparison, ops=[other()])]})
