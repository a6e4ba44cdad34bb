"""Mistakes with coroutines, tasks and the event loop."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from grader.course.mutating.operator import operator
from grader.course.mutating.program import (
    Edit,
    Program,
    calls,
    expression,
    inside,
    last_name,
    method_call,
    plain,
    remade,
    statements,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_SPAWNING = ("create_task", "ensure_future")
_HANDING_OVER = {"to_thread": 0, "run_in_executor": 1}
"""Where the function stands among the arguments that it is handed over with."""


@operator
def drop_await(program: Program) -> Iterator[Edit]:
    """A coroutine isn't awaited."""
    for node in program.find(ast.Await):
        if isinstance(node.value, ast.Call):
            yield Edit(node, {node: [node.value]})


@operator
def sleep_in_the_loop(program: Program) -> Iterator[Edit]:
    """The event loop stands still during a sleep."""
    for node in program.find(ast.Await):
        match node.value:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="asyncio"), attr="sleep"), args=[seconds, *_]):
                yield Edit(node, {node: [expression(f"time.sleep({ast.unparse(seconds)})")]}, imports=("time",))


@operator
def block_the_loop(program: Program) -> Iterator[Edit]:
    """A coroutine begins by making the event loop stand still."""
    for function in program.find(ast.AsyncFunctionDef):
        first = function.body[0]
        pause = statements("time.sleep(0.1)")
        is_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
        block = [first, *pause] if is_docstring else [*pause, first]
        yield Edit(first, {first: block}, imports=("time",))


@operator
def call_in_the_loop(program: Program) -> Iterator[Edit]:
    """A blocking function is called in the event loop's own thread."""
    for node in program.find(ast.Await):
        place = _HANDING_OVER.get(last_name(node.value))
        if place is not None and isinstance(node.value, ast.Call) and len(node.value.args) > place:
            function, *arguments = node.value.args[place:]
            yield Edit(node, {node: [expression(f"({ast.unparse(function)})({plain(*arguments)})")]})


@operator
def await_one_by_one(program: Program) -> Iterator[Edit]:
    """Each coroutine is awaited before the next one begins."""
    for node in program.find(ast.Await):
        match node.value:
            case ast.Call(args=[ast.Starred(value=ast.GeneratorExp() | ast.ListComp() as each)]) if (
                last_name(node.value) == "gather"
            ):
                yield Edit(node, {node: [ast.ListComp(ast.Await(each.elt), each.generators)]})
    for statement in program.find(ast.Expr):
        call = method_call(statement, *_SPAWNING)
        if call is not None and program.is_repeated(statement):
            yield Edit(statement, {call: [ast.Await(call.args[0])]})


@operator
def await_in_the_start_loop(program: Program) -> Iterator[Edit]:
    """Each task is waited for before the next one is made."""
    for statement in program.find(ast.Assign):
        target, value = statement.targets[0], statement.value
        if last_name(value) in _SPAWNING and program.is_repeated(statement) and isinstance(target, ast.Name):
            waiting = statements(f"await asyncio.wait([{target.id}])")
            yield Edit(statement, {statement: [statement, *waiting]}, imports=("asyncio",))


@operator
def toggle_return_exceptions(program: Program) -> Iterator[Edit]:
    """Errors are results where they should be raised, or are raised where they shouldn't."""
    for call in calls(program.tree, "gather"):
        given = [option for option in call.keywords if option.arg == "return_exceptions"]
        if given:
            yield Edit(call, {given[0]: []})
        else:
            added = ast.keyword("return_exceptions", ast.Constant(value=True))
            yield Edit(call, {call: [remade(call, keywords=[*call.keywords, added])]})


@operator
def drop_cancel(program: Program) -> Iterator[Edit]:
    """Something that should be given up goes on."""
    for statement in program.find(ast.Expr):
        if method_call(statement, "cancel"):
            yield Edit(statement, {statement: []})


@operator
def drop_wait(program: Program) -> Iterator[Edit]:
    """Nobody waits until it is over."""
    for statement in program.find(ast.Expr):
        value = statement.value.value if isinstance(statement.value, ast.Await) else statement.value
        if isinstance(value, ast.Call) and last_name(value) in {"wait", "gather", "wait_for", "shield"}:
            yield Edit(statement, {statement: []})


@operator
def swallow_cancellation(program: Program) -> Iterator[Edit]:
    """An error handler catches the cancellation as well."""
    for attempt in program.find(ast.Try):
        awaits = any(isinstance(part, ast.Await | ast.AsyncWith) for item in attempt.body for part in inside(item))
        for handler in attempt.handlers if awaits else ():
            yield Edit(handler, {handler: [remade(handler, type=ast.Name("BaseException"))]})


@operator
def shield_from_cancellation(program: Program) -> Iterator[Edit]:
    """What is awaited goes on when whoever awaits it is cancelled."""
    own = {item.name for item in program.find(ast.AsyncFunctionDef)} | {item.arg for item in program.find(ast.arg)}
    for node in program.find(ast.Await):
        if isinstance(node.value, ast.Call) and last_name(node.value) in own:
            shielded = expression(f"asyncio.shield({ast.unparse(node.value)})")
            yield Edit(node, {node.value: [shielded]}, imports=("asyncio",))
