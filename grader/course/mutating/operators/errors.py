"""Mistakes with errors: those that vanish, and those that reach too far."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from grader.course.mutating.operator import operator
from grader.course.mutating.operators.locks import without_item
from grader.course.mutating.program import Edit, Program, calls, inside, last_name, remade

if TYPE_CHECKING:
    from collections.abc import Iterator


@operator
def swallow_error(program: Program) -> Iterator[Edit]:
    """An error is caught, and nothing is made of it."""
    for handler in program.find(ast.ExceptHandler):
        yield Edit(handler, {handler: [remade(handler, body=[ast.Pass()])]})


@operator
def drop_raise(program: Program) -> Iterator[Edit]:
    """An error isn't raised."""
    for statement in program.find(ast.Raise):
        yield Edit(statement, {statement: []})


@operator
def swallow_everything(program: Program) -> Iterator[Edit]:
    """A function that hands on an error loses it."""
    for function in program.find(ast.FunctionDef, ast.AsyncFunctionDef):
        raises = any(isinstance(part, ast.Raise) and program.function(part) is function for part in inside(function))
        if raises or calls(function, "result"):
            docstring = function.body[: ast.get_docstring(function) is not None]
            block = function.body[len(docstring) :]
            declared = [item for item in block if isinstance(item, ast.Global | ast.Nonlocal)]
            work = [item for item in block if item not in declared]
            handler = ast.ExceptHandler(ast.Name("Exception"), None, [ast.Pass()])
            attempt = ast.Try(body=work, handlers=[handler], orelse=[], finalbody=[])
            yield Edit(function, {function: [remade(function, body=[*docstring, *declared, attempt])]})


@operator
def catch_fewer(program: Program) -> Iterator[Edit]:
    """One kind of error is not caught."""
    for handler in program.find(ast.ExceptHandler):
        if isinstance(handler.type, ast.Tuple):
            for kind in handler.type.elts:
                yield Edit(kind, {kind: []})
    for attempt in program.find(ast.Try):
        for handler in attempt.handlers:
            if len(attempt.handlers) > 1 or attempt.finalbody:
                yield Edit(handler, {handler: []})
            else:
                yield Edit(handler, {attempt: [*attempt.body, *attempt.orelse]})


@operator
def drop_suppress(program: Program) -> Iterator[Edit]:
    """An error that should be ignored is raised."""
    for node in program.find(ast.With):
        for item in node.items:
            if isinstance(item.context_expr, ast.Call) and last_name(item.context_expr) == "suppress":
                yield Edit(node, {node: without_item(node, item)})
