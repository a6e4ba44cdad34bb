"""Mistakes with starting threads and processes, and with waiting for them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from grader.course.mutating.operator import operator
from grader.course.mutating.program import (
    Edit,
    Program,
    calls,
    expression,
    last_name,
    method_call,
    owner,
    plain,
    remade,
    statements,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_STARTED = ("Thread", "Process")
_PASSED_AT = {"submit": 0, "apply_async": 0, "to_thread": 0, "run_in_executor": 1}
"""Where the function stands among the arguments that it is passed with."""


def _option(call: ast.Call, name: str) -> ast.keyword | None:
    return next((option for option in call.keywords if option.arg == name), None)


@operator
def join_in_start_loop(program: Program) -> Iterator[Edit]:
    """Each thread is waited for before the next is started."""
    for statement in program.find(ast.Expr):
        call = method_call(statement, "start")
        following = program.following(statement)
        is_joined = following is not None and method_call(following, "join") is not None
        if call is not None and program.is_repeated(statement) and not is_joined:
            yield Edit(statement, {statement: [statement, *statements(f"{owner(call)}.join()")]})


@operator
def drop_join(program: Program) -> Iterator[Edit]:
    """Something that was started isn't waited for."""
    for statement in program.find(ast.Expr):
        if method_call(statement, "join"):
            yield Edit(statement, {statement: []})


@operator
def join_with_a_limit(program: Program) -> Iterator[Edit]:
    """What takes longer than a second isn't waited for."""
    for statement in program.find(ast.Expr):
        call = method_call(statement, "join")
        if call is not None and not call.args and not call.keywords:
            yield Edit(statement, {call: [remade(call, args=[ast.Constant(1)])]})


@operator
def join_only_the_last(program: Program) -> Iterator[Edit]:
    """Of all that were started only the last is waited for."""
    for loop in program.find(ast.For):
        if len(loop.body) == 1 and method_call(loop.body[0], "join") and isinstance(loop.target, ast.Name):
            yield Edit(loop, {loop.iter: [expression(f"{ast.unparse(loop.iter)}[-1:]")]})


@operator
def run_in_caller(program: Program) -> Iterator[Edit]:
    """A thread's work is done in the caller's."""
    for statement in program.find(ast.Expr):
        call = method_call(statement, "start")
        if call is not None and isinstance(call.func, ast.Attribute):
            yield Edit(statement, {call.func: [remade(call.func, attr="run")]})


@operator
def abandon_daemons(program: Program) -> Iterator[Edit]:
    """Daemon threads are started and not waited for."""
    started = [call for call in calls(program.tree, *_STARTED) if _option(call, "target") is not None]
    joins = [statement for statement in program.find(ast.Expr) if method_call(statement, "join")]
    if started and joins:
        changes: dict[ast.AST, list[ast.AST]] = {statement: [] for statement in joins}
        changes |= {call: [_daemon(call)] for call in started}
        yield Edit(started[0], changes)


def _daemon(call: ast.Call) -> ast.Call:
    kept = [option for option in call.keywords if option.arg != "daemon"]
    return remade(call, keywords=[*kept, ast.keyword("daemon", ast.Constant(value=True))])


@operator
def call_instead_of_passing(program: Program) -> Iterator[Edit]:
    """A function is called, and its result passed in its place."""
    for call in calls(program.tree, *_STARTED):
        target = _option(call, "target")
        if target is not None:
            given, spare = _arguments(call)
            called = expression(f"({ast.unparse(target.value)})({given})")
            kept = [option for option in call.keywords if option not in (*spare, target)]
            yield Edit(call, {call: [remade(call, keywords=[ast.keyword("target", called), *kept])]})
    for call in calls(program.tree, *_PASSED_AT):
        place = _PASSED_AT[last_name(call.func)]
        if len(call.args) > place:
            called = expression(f"({ast.unparse(call.args[place])})({plain(*call.args[place + 1 :])})")
            yield Edit(call, {call: [remade(call, args=[*call.args[:place], called])]})


@operator
def capture_late(program: Program) -> Iterator[Edit]:
    """A loop's variable is read when it has moved on."""
    for call in calls(program.tree, *_STARTED):
        target = _option(call, "target")
        given, spare = _arguments(call)
        if target is not None and spare and program.is_repeated(call):
            late = expression(f"lambda: {ast.unparse(target.value)}({given})")
            kept = [option for option in call.keywords if option not in (*spare, target)]
            yield Edit(call, {call: [remade(call, keywords=[ast.keyword("target", late), *kept])]})


def _arguments(call: ast.Call) -> tuple[str, list[ast.keyword]]:
    """Return how a thread's function is called with its `args` and `kwargs`, and these options."""
    found = [(stars, _option(call, name)) for stars, name in (("*", "args"), ("**", "kwargs"))]
    options = [(stars, option) for stars, option in found if option is not None]
    return ", ".join(stars + ast.unparse(option.value) for stars, option in options), [item for _, item in options]


@operator
def map_without_the_pool(program: Program) -> Iterator[Edit]:
    """A pool is made, and the work is done in the caller."""
    for call in calls(program.tree, "map"):
        if isinstance(call.func, ast.Attribute):
            yield Edit(call, {call: [remade(call, func=ast.Name("map"))]})
