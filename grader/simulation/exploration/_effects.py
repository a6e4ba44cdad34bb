"""What a step can change and what its result depends on, where that shows in the program's file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from grader.simulation.exploration._expressions import Attribute, Constant, Name
from grader.simulation.exploration._following import follow_operands
from grader.simulation.exploration._values import MISSING, evaluate, is_code, is_own_and_kept, is_simple

if TYPE_CHECKING:
    import dis
    from collections.abc import Collection, Mapping
    from types import CodeType, FrameType

    from grader.simulation.exploration._expressions import Expression

Kind = Literal["reads", "binds", "computes"]

Binding = tuple[int | str | None, str]
"""A name that can be bound: the number of the object that has it as an attribute, or its scope; and the name.

None stands for an attribute of any object: what is bound in a class, all its objects have.
"""

_SCOPES = {"ATTR": "attribute", "GLOBAL": "global", "DEREF": "closure"}
_OF_TWO = frozenset({"BINARY_OP", "COMPARE_OP"})
_OF_ONE = frozenset({"TO_BOOL", "UNARY_NOT"})


@dataclass(frozen=True, slots=True)
class Effect:
    """What one instruction does, if it is one of the plainest.

    Attributes:
        kind: it ``reads`` or ``binds`` a name, or it ``computes`` something from values.
        variables: scopes and names of the variables that it binds, or that lead to what it uses.
        attributes: the same of attributes: what they belong to, if that can be told, and their names.
        values: what it computes from.
    """

    kind: Kind
    variables: frozenset[tuple[str, str]] = frozenset()
    attributes: tuple[tuple[Expression | None, str], ...] = ()
    values: tuple[Expression, ...] = ()

    def bindings(self, frame: FrameType) -> set[Binding]:
        """Return what it binds, or what leads to what it uses, in this frame at this moment."""
        return {*self.variables, *((_number_of(owner, frame), name) for owner, name in self.attributes)}

    def is_plain(self, frame: FrameType) -> bool:
        """Tell whether, in this frame at this moment, nothing but its bindings has a part in what comes of it."""
        if self.kind == "computes":
            return all(is_simple(evaluate(value, frame)) for value in self.values)
        module = frame.f_globals.get("__name__")
        return all(
            owner is not None and is_own_and_kept(evaluate(owner, frame), name, module)
            for owner, name in self.attributes
        )


def effects_of(code: CodeType, attributes: Collection[str]) -> Mapping[int, Effect]:
    """Return what the instructions of `code` do, by the offsets at which an event may announce them.

    Of those that aren't there, nothing is known.

    Args:
        code: of a function or the like.
        attributes: names of those that the program's file binds. Others may come to be bound in ways that don't show.
    """
    found: dict[int, Effect] = {}
    for offsets, instruction, operands in follow_operands(code):
        effect = _effect_of(instruction, operands)
        if effect is not None and all(name in attributes for _, name in effect.attributes):
            found.update(dict.fromkeys(offsets, effect))
    return found


def _effect_of(instruction: dis.Instruction, operands: tuple[Expression | None, ...]) -> Effect | None:
    operation, name = instruction.opname, str(instruction.argval)
    verb, _, scope = operation.partition("_")
    if verb in {"LOAD", "STORE", "DELETE"} and scope in _SCOPES:
        kind: Kind = "reads" if verb == "LOAD" else "binds"
        if scope != "ATTR":
            return Effect(kind, variables=frozenset({(_SCOPES[scope], name)}))
        return Effect(kind, attributes=((operands[0], name),))
    if operation in _OF_TWO and instruction.argrepr != "[]":
        return _computing(operands)
    if operation in _OF_ONE or ("JUMP" in operation and operation.endswith(("TRUE", "FALSE", "OR_POP"))):
        return _computing(operands[:1])
    return None


def _computing(operands: tuple[Expression | None, ...]) -> Effect | None:
    """Describe what computes from operands; None if it can't be told what these are."""
    variables: set[tuple[str, str]] = set()
    attributes: list[tuple[Expression | None, str]] = []
    values = []
    for operand in operands:
        if operand is None or not _follow_back(operand, variables, attributes):
            return None
        values.append(operand)
    return Effect("computes", frozenset(variables), tuple(attributes), tuple(values))


def _follow_back(
    expression: Expression, variables: set[tuple[str, str]], attributes: list[tuple[Expression | None, str]]
) -> bool:
    """Add the names that lead to an expression's value; return False if it takes more than names to tell it."""
    if isinstance(expression, Attribute):
        attributes.append((expression.owner, expression.name))
        return _follow_back(expression.owner, variables, attributes)
    if isinstance(expression, Name):
        if expression.scope != "local":
            variables.add((expression.scope, expression.name))
        return expression.scope != "body"
    return isinstance(expression, Constant)


def _number_of(owner: Expression | None, frame: FrameType) -> int | None:
    found = MISSING if owner is None else evaluate(owner, frame)
    return None if found is MISSING or is_code(found) else id(found)
