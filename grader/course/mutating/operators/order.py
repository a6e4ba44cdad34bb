"""Mistakes with the order of results."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from grader.course.mutating.operator import operator
from grader.course.mutating.program import Edit, Program, calls, expression, last_name, plain, remade, statements

if TYPE_CHECKING:
    from collections.abc import Iterator

_UNORDERED = {"imap": "imap_unordered", "map": "imap_unordered"}


@operator
def in_finishing_order(program: Program) -> Iterator[Edit]:
    """Results are in the order in which they were there."""
    for each in program.find(ast.ListComp, ast.GeneratorExp):
        source = each.generators[0].iter
        waits = any(not call.args for call in calls(each.elt, "result"))
        if waits and isinstance(source, ast.Name) and not _is_coroutine(program, each):
            early = expression(f"concurrent.futures.as_completed({source.id})")
            yield Edit(each, {source: [early]}, imports=("concurrent.futures",))
    for call in calls(program.tree, "map"):
        if isinstance(call.func, ast.Attribute) and len(call.args) == 2:  # noqa: PLR2004 - function and items
            function, items = call.args
            pool = ast.unparse(call.func.value)
            futures = f"[{pool}.submit({ast.unparse(function)}, item) for item in {ast.unparse(items)}]"
            early = expression(f"[done.result() for done in concurrent.futures.as_completed({futures})]")
            yield Edit(call, {call: [early]}, imports=("concurrent.futures",))


def _is_coroutine(program: Program, node: ast.AST) -> bool:
    return isinstance(program.function(node), ast.AsyncFunctionDef)


@operator
def gather_in_finishing_order(program: Program) -> Iterator[Edit]:
    """Results of tasks are in the order in which they were there."""
    for node in program.find(ast.Await):
        match node.value:
            case ast.Call(args=[ast.Starred(value=tasks)], keywords=[]) if last_name(node.value) == "gather":
                early = f"[await early for early in asyncio.as_completed(list({plain(tasks)}))]"
                yield Edit(node, {node: [expression(early)]}, imports=("asyncio",))


@operator
def unordered_map(program: Program) -> Iterator[Edit]:
    """A pool hands out results as soon as they are there."""
    for call in calls(program.tree, *_UNORDERED):
        if isinstance(call.func, ast.Attribute) and {"Pool", "ThreadPool"} & program.kinds(call.func.value):
            unordered = remade(call, func=remade(call.func, attr=_UNORDERED[call.func.attr]))
            yield Edit(call, {call: [ast.Call(ast.Name("list"), [unordered], [])]})


@operator
def append_when_done(program: Program) -> Iterator[Edit]:
    """Results are appended as they come, in place of being put where they belong."""
    for statement in program.find(ast.Assign):
        match statement.targets:
            case [ast.Subscript(value=ast.Name(id=name), slice=ast.Name() | ast.Subscript())]:
                appended = statements(f"{name}.append({ast.unparse(statement.value)})")
                emptied: dict[ast.AST, list[ast.List]] = {made: [ast.List([])] for made in _beginnings(program, name)}
                yield Edit(statement, {statement: appended, **emptied})


def _beginnings(program: Program, name: str) -> Iterator[ast.expr]:
    for statement in program.find(ast.Assign, ast.AnnAssign):
        target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
        if isinstance(target, ast.Name) and target.id == name and statement.value is not None:
            yield statement.value
