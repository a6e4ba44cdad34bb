"""A parsed program, what is known of its parts, and a change to it."""

from __future__ import annotations

import ast
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, overload

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Node = TypeVar("Node", bound=ast.AST)
Other = TypeVar("Other", bound=ast.AST)
Third = TypeVar("Third", bound=ast.AST)
Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
With: TypeAlias = ast.With | ast.AsyncWith

_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(frozen=True)
class Edit:
    """One change to a program.

    Attributes:
        at: the part whose line is told.
        changes: parts of the program, and what stands in their place; nothing removes them.
        imports: modules that must be imported for it.
    """

    at: ast.AST
    changes: Mapping[ast.AST, Sequence[ast.AST]]
    imports: tuple[str, ...] = ()


class Program:
    """A program whose parts are found in the order in which they are written."""

    def __init__(self, source: str) -> None:
        """Parse it.

        Raises:
            SyntaxError: it is no Python.
        """
        self.tree = ast.parse(source)
        self._parents = {child: node for node in inside(self.tree) for child in ast.iter_child_nodes(node)}
        self._known: dict[str, list[ast.expr]] = defaultdict(list)
        for node in inside(self.tree):
            self._note(node)

    @overload
    def find(self, kind: type[Node], /) -> Iterator[Node]: ...

    @overload
    def find(self, kind: type[Node], other: type[Other], /) -> Iterator[Node | Other]: ...

    @overload
    def find(self, kind: type[Node], other: type[Other], third: type[Third], /) -> Iterator[Node | Other | Third]: ...

    def find(self, *kinds: type[ast.AST]) -> Iterator[ast.AST]:
        """Yield the parts of these kinds."""
        for node in inside(self.tree):
            if isinstance(node, kinds):
                yield node

    def parent(self, node: ast.AST) -> ast.AST | None:
        """Return what directly holds a part; None for the whole."""
        return self._parents.get(node)

    def around(self, node: ast.AST) -> Iterator[ast.AST]:
        """Yield everything that holds a part, innermost first."""
        holder = self.parent(node)
        while holder is not None:
            yield holder
            holder = self.parent(holder)

    def function(self, node: ast.AST) -> Function | None:
        """Return the function that a part is in, if there is one."""
        return next((item for item in self.around(node) if isinstance(item, Function)), None)

    def is_repeated(self, node: ast.AST) -> bool:
        """Tell whether a loop or comprehension of the same function holds a part."""
        for holder in self.around(node):
            if isinstance(holder, (*_COMPREHENSIONS, ast.For, ast.AsyncFor, ast.While)):
                return True
            if isinstance(holder, Function):
                return False
        return False

    def where(self, node: ast.AST) -> str:
        """Return the dotted name of the function that a part is in; empty outside of all."""
        holders = [node, *self.around(node)]
        return ".".join(item.name for item in reversed(holders) if isinstance(item, Function | ast.ClassDef))

    def following(self, statement: ast.stmt) -> ast.stmt | None:
        """Return the next statement of the same block, if there is one."""
        holder = self.parent(statement)
        for _, value in ast.iter_fields(holder) if holder is not None else ():
            if isinstance(value, list) and statement in value:
                rest = value[value.index(statement) + 1 :]
                return rest[0] if rest else None
        return None

    def calls_behind(self, expression: ast.expr) -> list[ast.Call]:
        """Return the calls that may have made what a name or attribute stands for."""
        return [item for item in self._known.get(last_name(expression), []) if isinstance(item, ast.Call)]

    def kinds(self, expression: ast.expr) -> set[str]:
        """Return what a name or attribute may be: names of the functions that made it, or of its annotation."""
        return {last_name(item) for item in self._known.get(last_name(expression), [])} - {""}

    def _note(self, node: ast.AST) -> None:
        match node:
            case ast.Assign(targets=[target], value=value):
                self._learn(target, value)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self._learn(target, value)
            case ast.withitem(context_expr=value, optional_vars=ast.expr() as target):
                self._learn(target, value)
            case ast.arg(arg=name, annotation=ast.expr() as annotation):
                self._known[name] += [part for part in inside(annotation) if isinstance(part, ast.Name | ast.Attribute)]

    def _learn(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Name | ast.Attribute):
            self._known[last_name(target)] += [item for item in _alternatives(value) if isinstance(item, ast.Call)]


def inside(node: ast.AST) -> Iterator[ast.AST]:
    """Yield a part and everything in it, in the order in which it is written."""
    yield node
    for child in ast.iter_child_nodes(node):
        yield from inside(child)


def last_name(expression: ast.AST) -> str:
    """Return the last part of a dotted name, also of one that is called, awaited or indexed; empty for others."""
    match expression:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Call(func=inner) | ast.Await(value=inner) | ast.Subscript(value=inner):
            return last_name(inner)
    return ""


def calls(node: ast.AST, *names: str) -> list[ast.Call]:
    """Return the calls of functions or methods of these names within a part."""
    return [item for item in inside(node) if isinstance(item, ast.Call) and last_name(item.func) in names]


def method_call(statement: ast.AST, *names: str) -> ast.Call | None:
    """Return the call, awaited or not, that is all of a statement, if it is one of these methods."""
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr=name)) as call) if name in names:
            return call
        case ast.Expr(value=ast.Await(value=ast.Call(func=ast.Attribute(attr=name)) as call)) if name in names:
            return call
    return None


def owner(call: ast.Call) -> str:
    """Return what a method is called of, as text."""
    return ast.unparse(call.func.value) if isinstance(call.func, ast.Attribute) else ""


def remade(node: Node, **fields: object) -> Node:
    """Return a copy of a part in which some fields are others."""
    copy: Any = type(node)(**{**dict(ast.iter_fields(node)), **fields})
    return copy  # type: ignore[no-any-return] # it is of the same class


def expression(text: str) -> ast.expr:
    """Parse an expression."""
    return ast.parse(text, mode="eval").body


def statements(text: str) -> list[ast.stmt]:
    """Parse statements."""
    return ast.parse(text).body


def plain(*arguments: ast.expr) -> str:
    """Return arguments as they are written in a call."""
    return ", ".join(map(ast.unparse, arguments))


def edited(program: Program, edit: Edit) -> ast.Module:
    """Return the program's tree with a change made; the program itself stays as it is."""
    tree = _rebuilt(program.tree, edit.changes)
    missing = [name for name in edit.imports if name not in _imported(program.tree)]
    has_docstring = ast.get_docstring(tree, clean=False) is not None
    place = int(has_docstring)
    while place < len(tree.body) and _is_future_import(tree.body[place]):
        place += 1
    tree.body[place:place] = [ast.Import([ast.alias(name)]) for name in missing]
    # Python 3.11 doesn't write down statements that are in no line.
    return ast.fix_missing_locations(tree)


def _rebuilt(node: Node, changes: Mapping[ast.AST, Sequence[ast.AST]]) -> Node:
    fields: dict[str, object] = {}
    for name, value in ast.iter_fields(node):
        if isinstance(value, list):
            parts = [part for item in value for part in _parts(item, changes)]
            # A block may not be empty.
            emptied = value and not parts and isinstance(value[0], ast.stmt)
            fields[name] = [ast.Pass()] if emptied else parts
        elif isinstance(value, ast.AST):
            (fields[name],) = _parts(value, changes)
    return remade(node, **fields)


def _parts(item: object, changes: Mapping[ast.AST, Sequence[ast.AST]]) -> Sequence[object]:
    if not isinstance(item, ast.AST):
        return [item]
    return changes[item] if item in changes else [_rebuilt(item, changes)]


def _imported(tree: ast.Module) -> set[str]:
    return {alias.name for item in tree.body if isinstance(item, ast.Import) for alias in item.names}


def _is_future_import(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.ImportFrom) and statement.module == "__future__"


def _alternatives(value: ast.expr) -> Iterator[ast.expr]:
    match value:
        case ast.IfExp(body=first, orelse=second):
            yield from _alternatives(first)
            yield from _alternatives(second)
        case ast.BoolOp(values=values):
            for item in values:
                yield from _alternatives(item)
        case ast.Await(value=inner):
            yield from _alternatives(inner)
        case _:
            yield value
