"""Mistakes with time-outs."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from grader.course.mutating.operator import operator
from grader.course.mutating.operators.locks import without_item
from grader.course.mutating.program import Edit, Program, calls, expression, last_name, method_call, remade

if TYPE_CHECKING:
    from collections.abc import Iterator

_OPTIONS = frozenset({"timeout", "total", "sock_read", "sock_connect", "connect"})
_ARGUMENTS = {"timeout": 0, "settimeout": 0, "wait_for": 1, "create_connection": 1}
"""Where the time-out stands among the arguments of a call."""


def _is_time_out(option: ast.keyword) -> bool:
    return option.arg in _OPTIONS and not (isinstance(option.value, ast.Constant) and option.value.value is None)


def _time_outs(program: Program) -> Iterator[ast.expr]:
    for call in program.find(ast.Call):
        place = _ARGUMENTS.get(last_name(call.func))
        if place is not None and len(call.args) > place:
            yield call.args[place]
        yield from (option.value for option in call.keywords if _is_time_out(option))


def _scaled(program: Program, factor: float) -> Iterator[Edit]:
    for time_out in _time_outs(program):
        match time_out:
            case ast.Tuple(elts=parts):
                found = parts
            case _:
                found = [time_out]
        for part in found:
            # One that is made elsewhere is changed there.
            if isinstance(part, ast.Call) or program.calls_behind(part):
                continue
            match part:
                case ast.Constant(value=int() | float() as seconds):
                    yield Edit(part, {part: [ast.Constant(seconds * factor)]})
                case ast.Constant():
                    pass
                case _:
                    yield Edit(part, {part: [expression(f"({ast.unparse(part)}) * {factor}")]})


@operator
def double_time_out(program: Program) -> Iterator[Edit]:
    """A time-out is twice as long."""
    return _scaled(program, 2)


@operator
def halve_time_out(program: Program) -> Iterator[Edit]:
    """A time-out is half as long."""
    return _scaled(program, 0.5)


@operator
def drop_time_out(program: Program) -> Iterator[Edit]:
    """There is no time-out."""
    for node in program.find(ast.With, ast.AsyncWith):
        for item in node.items:
            if isinstance(item.context_expr, ast.Call) and last_name(item.context_expr) == "timeout":
                yield Edit(node, {node: without_item(node, item)})
    for call in program.find(ast.Call):
        for option in call.keywords:
            if _is_time_out(option):
                yield Edit(call, {option: []})
    for call in calls(program.tree, "wait_for"):
        if isinstance(call.func, ast.Attribute) and last_name(call.func.value) == "asyncio" and call.args:
            yield Edit(call, {call: [call.args[0]]})


@operator
def drop_settimeout(program: Program) -> Iterator[Edit]:
    """A socket has no time-out."""
    for statement in program.find(ast.Expr):
        if method_call(statement, "settimeout"):
            yield Edit(statement, {statement: []})


@operator
def time_out_set_once(program: Program) -> Iterator[Edit]:
    """A time-out that should become shorter from step to step is set once, before the loop."""
    for loop in program.find(ast.While, ast.For):
        for statement in loop.body:
            if method_call(statement, "settimeout"):
                yield Edit(statement, {loop: [statement, _without(loop, statement)]})


def _without(loop: ast.While | ast.For, statement: ast.stmt) -> ast.stmt:
    return remade(loop, body=[item for item in loop.body if item is not statement] or [ast.Pass()])
