"""Mistakes with sockets and selectors."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from grader.course.mutating.operator import operator
from grader.course.mutating.program import Edit, Program, calls, last_name, method_call, remade, statements

if TYPE_CHECKING:
    from collections.abc import Iterator

_BEFORE_TIME_OUT = 3
"""Arguments of `select.select` before its time-out."""


@operator
def once_in_place_of_until(program: Program) -> Iterator[Edit]:
    """One call of recv or send is taken for all that there is."""
    for loop in program.find(ast.While):
        if calls(loop, "recv", "recv_into", "send", "read"):
            yield Edit(loop, {loop: [remade(loop, body=[*loop.body, ast.Break()])]})


@operator
def send_once(program: Program) -> Iterator[Edit]:
    """What a socket doesn't take at once isn't sent."""
    for call in calls(program.tree, "sendall"):
        if isinstance(call.func, ast.Attribute):
            yield Edit(call, {call.func: [remade(call.func, attr="send")]})


@operator
def drop_the_rest(program: Program) -> Iterator[Edit]:
    """What is left of some bytes is thrown away."""
    for node in program.find(ast.Subscript):
        match node.slice:
            case ast.Slice(lower=ast.expr(), upper=None):
                yield Edit(node, {node: [ast.Constant(b"")]})


@operator
def drop_setblocking(program: Program) -> Iterator[Edit]:
    """A socket stays blocking."""
    for statement in program.find(ast.Expr):
        if method_call(statement, "setblocking"):
            yield Edit(statement, {statement: []})


@operator
def busy_loop(program: Program) -> Iterator[Edit]:
    """A loop looks again and again, in place of waiting."""
    for call in _waits(program):
        before = call.args[:_BEFORE_TIME_OUT] if len(call.args) >= _BEFORE_TIME_OUT else []
        yield Edit(call, {call: [remade(call, args=[*before, ast.Constant(0)], keywords=[])]})


@operator
def sleep_between_looks(program: Program) -> Iterator[Edit]:
    """A loop sleeps between one look at its sockets and the next."""
    for loop in program.find(ast.While):
        if any(call in calls(loop, "select", "poll") for call in _waits(program)):
            yield Edit(loop, {loop: [remade(loop, body=[*statements("time.sleep(0.1)"), *loop.body])]}, ("time",))


def _waits(program: Program) -> Iterator[ast.Call]:
    for call in calls(program.tree, "select", "poll"):
        if isinstance(call.func, ast.Attribute):
            of_selector = len(call.args) < _BEFORE_TIME_OUT and last_name(call.func.value) != "select"
            # `select.poll()` makes a poll object; its own `poll` waits.
            if of_selector or (call.func.attr == "select" and len(call.args) >= _BEFORE_TIME_OUT):
                yield call


@operator
def watch_one_direction(program: Program) -> Iterator[Edit]:
    """A socket is watched for one of two things only."""
    for node in program.find(ast.BinOp):
        names = {last_name(node.left), last_name(node.right)}
        if isinstance(node.op, ast.BitOr) and names <= {"EVENT_READ", "EVENT_WRITE", "POLLIN", "POLLOUT"}:
            yield Edit(node, {node: [node.left]})
            yield Edit(node, {node: [node.right]})
