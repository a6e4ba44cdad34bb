"""Mistakes with locks, conditions, semaphores and events."""

from __future__ import annotations

import ast
from itertools import pairwise
from typing import TYPE_CHECKING

from grader.course.mutating.operator import operator
from grader.course.mutating.program import (
    Edit,
    Program,
    With,
    calls,
    inside,
    last_name,
    method_call,
    owner,
    remade,
    statements,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOCKS = frozenset({"Lock", "RLock", "Condition", "Semaphore", "BoundedSemaphore"})


def is_lock(program: Program, item: ast.withitem) -> bool:
    """Tell whether what a `with` enters is a lock, as far as can be seen: what is called or annotated isn't unknown."""
    found = item.context_expr
    if isinstance(found, ast.Call):
        return last_name(found) in _LOCKS
    kinds = program.kinds(found)
    return not kinds or bool(kinds & _LOCKS)


def without_item(node: With, item: ast.withitem) -> list[ast.stmt]:
    """Return a `with` that doesn't enter one of its items; its bare body if that was the only one."""
    rest = [other for other in node.items if other is not item]
    return [remade(node, items=rest)] if rest else node.body


def _held(program: Program) -> Iterator[tuple[With, ast.withitem]]:
    for node in program.find(ast.With, ast.AsyncWith):
        for item in node.items:
            if is_lock(program, item):
                yield node, item


def _held_alone(program: Program) -> Iterator[tuple[With, ast.withitem]]:
    return ((node, item) for node, item in _held(program) if len(node.items) == 1)


@operator
def drop_lock(program: Program) -> Iterator[Edit]:
    """A lock isn't taken."""
    for node, item in _held(program):
        yield Edit(node, {node: without_item(node, item)})


@operator
def drop_acquire_and_release(program: Program) -> Iterator[Edit]:
    """A lock is neither acquired nor released."""
    found: dict[tuple[ast.AST | None, str], list[ast.stmt]] = {}
    for node in program.find(ast.Expr):
        call = method_call(node, "acquire", "release")
        if call is not None:
            found.setdefault((program.function(node), owner(call)), []).append(node)
    for nodes in found.values():
        if any(method_call(node, "acquire") for node in nodes):
            yield Edit(nodes[0], {node: [] for node in nodes})


@operator
def lock_per_use(program: Program) -> Iterator[Edit]:
    """A new lock is made each time, so nobody ever waits for it."""
    for node, item in _held(program):
        for call in program.calls_behind(item.context_expr):
            if last_name(call) in _LOCKS and not isinstance(item.context_expr, ast.Call):
                yield Edit(node, {item.context_expr: [call]})


@operator
def swap_locks(program: Program) -> Iterator[Edit]:
    """Two locks are taken in the other order."""
    for node in program.find(ast.With, ast.AsyncWith):
        for first, second in pairwise(node.items):
            if is_lock(program, first) and is_lock(program, second):
                yield Edit(node, {first: [second], second: [first]})
        match node.body:
            case [ast.With() | ast.AsyncWith() as inner]:
                outer_item, inner_item = node.items[-1], inner.items[0]
                if is_lock(program, outer_item) and is_lock(program, inner_item):
                    swapped = [*inner.items]
                    swapped[0] = outer_item
                    block = [remade(inner, items=swapped)]
                    yield Edit(node, {node: [remade(node, items=[*node.items[:-1], inner_item], body=block)]})
    for statement in program.find(ast.Expr):
        following = program.following(statement)
        if method_call(statement, "acquire") and following is not None and method_call(following, "acquire"):
            yield Edit(statement, {statement: [following], following: [statement]})


@operator
def drop_release(program: Program) -> Iterator[Edit]:
    """A lock isn't released."""
    for statement in program.find(ast.Expr):
        if method_call(statement, "release"):
            yield Edit(statement, {statement: []})


@operator
def release_only_when_all_is_well(program: Program) -> Iterator[Edit]:
    """A lock stays held when an error is raised."""
    for node, item in _held_alone(program):
        wait = "await " if isinstance(node, ast.AsyncWith) else ""
        lock = ast.unparse(item.context_expr)
        if not any(_may_raise(part, lock) for statement in node.body for part in inside(statement)):
            continue
        block = [*statements(f"{wait}{lock}.acquire()"), *node.body, *statements(f"{lock}.release()")]
        yield Edit(node, {node: block})


def _may_raise(part: ast.AST, lock: str) -> bool:
    return isinstance(part, ast.Raise) or (isinstance(part, ast.Call) and owner(part) != lock)


@operator
def release_early(program: Program) -> Iterator[Edit]:
    """A lock is released before the last thing that needs it."""
    for node, _ in _held(program):
        if len(node.body) > 1:
            yield Edit(node.body[-1], {node: [remade(node, body=node.body[:-1]), node.body[-1]]})


@operator
def acquire_late(program: Program) -> Iterator[Edit]:
    """A lock is taken after the first thing that needs it."""
    for node, _ in _held(program):
        if len(node.body) > 1:
            yield Edit(node.body[0], {node: [node.body[0], remade(node, body=node.body[1:])]})


@operator
def hold_longer(program: Program) -> Iterator[Edit]:
    """A lock is still held while the next thing is done."""
    for node, _ in _held(program):
        following = program.following(node)
        if following is not None:
            yield Edit(following, {node: [remade(node, body=[*node.body, following])], following: []})


@operator
def drop_wake_up(program: Program) -> Iterator[Edit]:
    """Whoever waits isn't woken."""
    for statement in program.find(ast.Expr):
        if method_call(statement, "notify", "notify_all", "set"):
            yield Edit(statement, {statement: []})


@operator
def wake_only_one(program: Program) -> Iterator[Edit]:
    """One of those that wait is woken, the others aren't."""
    for node in program.find(ast.Attribute):
        if node.attr == "notify_all":
            yield Edit(node, {node: [remade(node, attr="notify")]})


@operator
def wait_once(program: Program) -> Iterator[Edit]:
    """Whoever is woken doesn't look whether what it waited for is so."""
    for loop in program.find(ast.While):
        if any(method_call(statement, "wait") for statement in loop.body):
            yield Edit(loop, {loop: [ast.If(loop.test, loop.body, [])]})
    for call in calls(program.tree, "wait_for"):
        is_conditions = isinstance(call.func, ast.Attribute) and len(call.args) == 1 and not call.keywords
        if is_conditions:
            yield Edit(call, {call: [remade(call, func=remade(call.func, attr="wait"), args=[])]})


@operator
def check_then_act(program: Program) -> Iterator[Edit]:
    """A condition is tested before the lock is taken that it needs."""
    for node, _ in _held_alone(program):
        match node.body:
            case [ast.If(test=test, body=body, orelse=orelse), *rest] if not any(
                isinstance(part, ast.Await) for part in inside(test)
            ):
                guarded: list[ast.stmt] = [remade(node, body=body)]
                other: list[ast.stmt] = [remade(node, body=orelse)] if orelse else []
                yield Edit(node, {node: [ast.If(test, guarded, other), *rest]})
