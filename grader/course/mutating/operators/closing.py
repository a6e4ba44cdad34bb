"""Mistakes with what has to be closed, shut down or cleaned up."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from grader.course.mutating.operator import operator
from grader.course.mutating.operators.locks import is_lock
from grader.course.mutating.program import Edit, Program, calls, last_name, method_call, remade, statements

if TYPE_CHECKING:
    from collections.abc import Iterator

_CLOSING = ("close", "shutdown", "terminate", "kill", "unregister", "stop", "callback", "push_async_callback")
_EXECUTORS = frozenset({"ThreadPoolExecutor", "ProcessPoolExecutor"})
_OTHERS = _EXECUTORS | {"timeout", "suppress", "TaskGroup"}
"""What is entered and has nothing to close, or is the matter of another operator."""


@operator
def skip_close(program: Program) -> Iterator[Edit]:
    """Something is left open, running or registered."""
    for statement in program.find(ast.Expr):
        if method_call(statement, *_CLOSING):
            yield Edit(statement, {statement: []})


@operator
def never_leave(program: Program) -> Iterator[Edit]:
    """What a `with` block would close at its end is left open."""
    for node in program.find(ast.With, ast.AsyncWith):
        for place, item in enumerate(node.items):
            if is_lock(program, item) or last_name(item.context_expr) in _OTHERS:
                continue
            target, value = item.optional_vars, item.context_expr
            opened: list[ast.stmt] = []
            if target is not None:
                opened = statements(f"{ast.unparse(target)} = {ast.unparse(value)}")
            before, after = node.items[:place], node.items[place + 1 :]
            block = [*opened, remade(node, items=after)] if after else [*opened, *node.body]
            yield Edit(node, {node: [remade(node, items=before, body=block)] if before else block})


@operator
def leave_the_pool_running(program: Program) -> Iterator[Edit]:
    """A pool is shut down, and nobody waits until it is."""
    for node in program.find(ast.With):
        match node.items:
            case [ast.withitem(context_expr=ast.Call() as made, optional_vars=ast.Name(id=pool))] if (
                last_name(made) in _EXECUTORS
            ):
                ending = statements(f"{pool}.shutdown(wait=False)")
                block = ast.Try(body=node.body, handlers=[], orelse=[], finalbody=ending)
                yield Edit(node, {node: [*statements(f"{pool} = {ast.unparse(made)}"), block]})
    for call in calls(program.tree, "shutdown"):
        if not call.args:
            others = [option for option in call.keywords if option.arg != "wait"]
            unwaited = ast.keyword("wait", ast.Constant(value=False))
            yield Edit(call, {call: [remade(call, keywords=[unwaited, *others])]})


@operator
def forget_finally(program: Program) -> Iterator[Edit]:
    """Cleaning up is left out when an error is raised."""
    for attempt in program.find(ast.Try):
        if attempt.finalbody:
            kept = [remade(attempt, finalbody=[])] if attempt.handlers else [*attempt.body, *attempt.orelse]
            yield Edit(attempt, {attempt: [*kept, *attempt.finalbody]})


@operator
def drop_finally(program: Program) -> Iterator[Edit]:
    """Nothing of all that should be is cleaned up."""
    for attempt in program.find(ast.Try):
        if len(attempt.finalbody) > 1:
            kept = [remade(attempt, finalbody=[])] if attempt.handlers else [*attempt.body, *attempt.orelse]
            yield Edit(attempt.finalbody[0], {attempt: kept})
