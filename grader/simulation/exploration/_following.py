"""Working out, from the bytecode alone, what each instruction reads or writes.

A value on the interpreter's stack can't be seen from Python, but where it came from can mostly be told by following the
instructions before: ``self.value += 1`` loads ``self``, then its attribute. What can't be followed is left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.simulation.exploration._disassembly import instructions_of
from grader.simulation.exploration._expressions import (
    Attribute,
    Constant,
    Contents,
    Expression,
    Item,
    Membership,
    Name,
    Use,
)

if TYPE_CHECKING:
    import dis
    from collections.abc import Callable, Iterator
    from types import CodeType

    from grader.simulation.exploration._expressions import Kind

_MUTATORS = frozenset(
    {
        *("add", "append", "appendleft", "clear", "difference_update", "discard", "extend", "extendleft", "insert"),
        *("intersection_update", "pop", "popitem", "popleft", "remove", "reverse", "rotate", "setdefault", "sort"),
        *("symmetric_difference_update", "update"),
    }
)
_SCOPES = {"FAST": "local", "DEREF": "closure", "CLASSDEREF": "closure", "GLOBAL": "global", "NAME": "body"}
_NO_EFFECT = frozenset({"NOP", "PRECALL", "KW_NAMES", "RESUME", "NOT_TAKEN"})
_ONE_FOR = {"BUILD_LIST": 1, "BUILD_TUPLE": 1, "BUILD_SET": 1, "BUILD_STRING": 1, "BUILD_SLICE": 1, "BUILD_MAP": 2}
"""How many values each unit of the argument takes off the stack; one is put on."""
_TWO_TO_ONE = frozenset({"COMPARE_OP", "IS_OP", "FORMAT_WITH_SPEC"})
_ONE_TO_ONE = frozenset({"UNARY_NEGATIVE", "UNARY_POSITIVE", "UNARY_INVERT", "FORMAT_SIMPLE", "CONVERT_VALUE"})
_TESTS = frozenset({"TO_BOOL", "UNARY_NOT"})

Instruction = tuple[int, tuple[Use, ...]]
"""Line of an instruction, and what it uses."""


def follow(code: CodeType) -> dict[int, Instruction]:
    """Return the line and the uses of each instruction of `code`, by the offset at which an event announces it."""
    found: dict[int, Instruction] = {}
    line = code.co_firstlineno
    for offsets, instruction, stack in _walk(code):
        if instruction.positions is not None and instruction.positions.lineno is not None:
            line = instruction.positions.lineno
        found.update(dict.fromkeys(offsets, (line, stack.step(instruction))))
    return found


def follow_operands(code: CodeType) -> Iterator[tuple[set[int], dis.Instruction, tuple[Expression | None, ...]]]:
    """Yield each instruction of `code`, with the offsets at which an event may announce it and its topmost two values.

    The topmost value comes first; None stands for one that can't be told.
    """
    for offsets, instruction, stack in _walk(code):
        yield offsets, instruction, stack.top_two()
        stack.step(instruction)


def _walk(code: CodeType) -> Iterator[tuple[set[int], dis.Instruction, _Follower]]:
    """Yield each instruction that isn't a mere prefix, and the stack before it, on which whoever asks must step."""
    follower = _Follower()
    prefix = None
    for instruction in instructions_of(code):
        if instruction.is_jump_target:
            follower.forget()
        if instruction.opname == "EXTENDED_ARG":
            prefix = instruction.offset if prefix is None else prefix
            continue
        # A prefixed instruction is announced at its first prefix or at itself, depending on the version.
        yield {instruction.offset if prefix is None else prefix, instruction.offset}, instruction, follower
        prefix = None


class _Follower:
    """A stack of where values came from; None is a value that can't be told, and so is all below its end."""

    def __init__(self) -> None:
        self._stack: list[Expression | None] = []
        self._uses: list[Use] = []

    def forget(self) -> None:
        """Begin anew, where other instructions may lead as well."""
        self._stack.clear()

    def top_two(self) -> tuple[Expression | None, ...]:
        """Return the topmost values, or what can be told of them."""
        return self._top(1), self._top(2)

    def step(self, instruction: dis.Instruction) -> tuple[Use, ...]:
        """Follow one instruction and return what it uses."""
        self._uses = []
        name = instruction.opname
        verb, _, rest = name.partition("_")
        handler = _HANDLERS.get(name)
        if handler is not None:
            handler(self, instruction)
        elif verb in {"LOAD", "STORE", "DELETE"} and rest.removesuffix("_CHECK").removesuffix("_BORROW") in _SCOPES:
            self._variable(verb, _SCOPES[rest.removesuffix("_CHECK").removesuffix("_BORROW")], instruction)
        elif name in _ONE_FOR:
            self._replace(_ONE_FOR[name] * (instruction.arg or 0))
        elif name in _TWO_TO_ONE:
            self._replace(2)
        elif name in _ONE_TO_ONE:
            self._replace(1)
        elif name in _TESTS:
            self._contents("read", self._top())
            self._replace(1)
        elif name.startswith("POP_JUMP"):
            if name.endswith(("TRUE", "FALSE")):
                self._contents("read", self._top())
            self._pop()
        elif name not in _NO_EFFECT:
            self.forget()
        return tuple(self._uses)

    # The stack

    def _push(self, *values: Expression | None) -> None:
        self._stack.extend(values)

    def _pop(self) -> Expression | None:
        return self._stack.pop() if self._stack else None

    def _top(self, depth: int = 1) -> Expression | None:
        return self._stack[-depth] if len(self._stack) >= depth else None

    def _replace(self, count: int, by: Expression | None = None) -> None:
        del self._stack[max(0, len(self._stack) - count) :]
        self._push(by)

    # What is noted

    def _use(self, kind: Kind, what: Expression) -> None:
        self._uses.append(Use(kind, what))

    def _contents(self, kind: Kind, owner: Expression | None, call: str = "") -> None:
        if owner is not None and not isinstance(owner, Constant):
            self._use(kind, Contents(owner, call))

    # Instructions

    def _variable(self, verb: str, scope: str, instruction: dis.Instruction) -> None:
        variable = Name(scope, str(instruction.argval))
        shared = scope != "local"
        if verb == "LOAD":
            if shared:
                self._use("read", variable)
            # `LOAD_GLOBAL` makes room for a call as well, before what it loads or, on newer versions, after it.
            room_before, room_after = instruction.argrepr.startswith("NULL"), instruction.argrepr.endswith("NULL")
            self._push(*[None] * room_before, variable, *[None] * room_after)
            return
        if verb == "STORE":
            self._pop()
        if shared:
            self._use("write", variable)
        else:
            # What was loaded through the variable's old value can no longer be found through its new one.
            self._stack = [None if _mentions(value, variable) else value for value in self._stack]

    def _two_locals(self, instruction: dis.Instruction) -> None:
        first, second = (Name("local", str(name)) for name in instruction.argval)
        if instruction.opname.startswith("STORE_FAST"):
            self._pop()
        if instruction.opname == "STORE_FAST_STORE_FAST":
            self._pop()
        elif instruction.opname == "STORE_FAST_LOAD_FAST":
            self._push(second)
        else:
            self._push(first, second)

    def _constant(self, instruction: dis.Instruction) -> None:
        self._push(Constant(instruction.argval))

    def _unknown(self, instruction: dis.Instruction) -> None:  # noqa: ARG002 - as all handlers
        self._push(None)

    def _drop(self, instruction: dis.Instruction) -> None:  # noqa: ARG002 - as all handlers
        self._pop()

    def _copy(self, instruction: dis.Instruction) -> None:
        self._push(self._top(instruction.arg or 1))

    def _swap(self, instruction: dis.Instruction) -> None:
        depth = instruction.arg or 1
        while len(self._stack) < depth:
            self._stack.insert(0, None)
        stack = self._stack
        stack[-1], stack[-depth] = stack[-depth], stack[-1]

    def _load_attribute(self, instruction: dis.Instruction) -> None:
        owner = self._pop()
        loaded = None if owner is None else Attribute(owner, str(instruction.argval))
        if loaded is not None:
            self._use("read", loaded)
        method = instruction.opname == "LOAD_METHOD" or "NULL" in instruction.argrepr
        self._push(loaded, *[None] * method)

    def _store_attribute(self, instruction: dis.Instruction) -> None:
        owner = self._pop()
        if instruction.opname == "STORE_ATTR":
            self._pop()
        if owner is not None:
            self._use("write", Attribute(owner, str(instruction.argval)))

    def _load_item(self, instruction: dis.Instruction) -> None:  # noqa: ARG002 - as all handlers
        key, owner = self._pop(), self._pop()
        loaded = None if key is None or owner is None else Item(owner, key)
        if loaded is not None:
            self._use("read", loaded)
        self._push(loaded)

    def _store_item(self, instruction: dis.Instruction) -> None:
        key, owner = self._pop(), self._pop()
        if instruction.opname == "STORE_SUBSCR":
            self._pop()
        if key is not None and owner is not None:
            self._use("write", Item(owner, key))
        else:
            self._contents("write", owner)

    def _operator(self, instruction: dis.Instruction) -> None:
        if instruction.argrepr == "[]":
            self._load_item(instruction)
            return
        if instruction.argrepr.endswith("="):
            self._contents("write", self._top(2))
        self._replace(2)

    def _contains(self, instruction: dis.Instruction) -> None:  # noqa: ARG002 - as all handlers
        owner, key = self._pop(), self._pop()
        if owner is not None and key is not None:
            self._use("read", Membership(owner, key))
        else:
            self._contents("read", owner)
        self._push(None)

    def _iterate(self, instruction: dis.Instruction) -> None:  # noqa: ARG002 - as all handlers
        self._contents("read", self._top())
        self._replace(1)

    def _call(self, instruction: dis.Instruction) -> None:
        keywords = instruction.opname == "CALL_KW"
        count = (instruction.arg or 0) + keywords
        method = self._top(count + 2)
        if isinstance(method, Attribute):
            self._contents("write" if method.name in _MUTATORS else "read", method.owner, method.name)
        for depth in range(1 + keywords, count + 1):
            self._contents("read", self._top(depth))
        self._replace(count + 2)


def _mentions(value: Expression | None, variable: Name) -> bool:
    if isinstance(value, Attribute | Contents):
        return _mentions(value.owner, variable)
    if isinstance(value, Item | Membership):
        return _mentions(value.owner, variable) or _mentions(value.key, variable)
    return value == variable


_HANDLERS: dict[str, Callable[[_Follower, dis.Instruction], None]] = {
    "BINARY_OP": _Follower._operator,
    "BINARY_SUBSCR": _Follower._load_item,
    "CALL": _Follower._call,
    "CALL_KW": _Follower._call,
    "CONTAINS_OP": _Follower._contains,
    "COPY": _Follower._copy,
    "DELETE_ATTR": _Follower._store_attribute,
    "DELETE_SUBSCR": _Follower._store_item,
    "GET_ITER": _Follower._iterate,
    "LOAD_ATTR": _Follower._load_attribute,
    "LOAD_CONST": _Follower._constant,
    "LOAD_FAST_AND_CLEAR": _Follower._unknown,
    "LOAD_FAST_BORROW_LOAD_FAST_BORROW": _Follower._two_locals,
    "LOAD_FAST_LOAD_FAST": _Follower._two_locals,
    "LOAD_METHOD": _Follower._load_attribute,
    "LOAD_SMALL_INT": _Follower._constant,
    "POP_TOP": _Follower._drop,
    "PUSH_NULL": _Follower._unknown,
    "STORE_ATTR": _Follower._store_attribute,
    "STORE_FAST_LOAD_FAST": _Follower._two_locals,
    "STORE_FAST_STORE_FAST": _Follower._two_locals,
    "STORE_SUBSCR": _Follower._store_item,
    "SWAP": _Follower._swap,
}
