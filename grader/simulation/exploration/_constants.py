"""What a program binds once and never again: to read that is no place at which a switch to another thread matters."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from types import CodeType
from typing import TYPE_CHECKING

from grader.simulation.exploration._disassembly import instructions_of

if TYPE_CHECKING:
    import dis
    from collections.abc import Iterator

MODULE = "<module>"
_CONSTRUCTORS = frozenset({"__init__", "__post_init__"})

# Who uses one of these may bind any name, and nothing shows which; so may a finalizer, at any moment.
_BINDERS = frozenset(
    {"setattr", "delattr", "__setattr__", "__delattr__", "__dict__", "vars", "globals", "exec", "eval"}
)


@dataclass(frozen=True, slots=True)
class Constants:
    """The names of one file that keep what they are bound to.

    Attributes:
        attributes: those that are bound in class bodies and, as attributes of the new object, in constructors only.
        rebound: attributes that are bound anywhere else. Whatever else is called as a method is one.
        modules: global names of imported modules.
        rebound_globals: global names that functions bind.
        cells: names of closures' variables that are bound once for each call of the function that they belong to.
    """

    attributes: frozenset[str]
    rebound: frozenset[str]
    modules: frozenset[str]
    rebound_globals: frozenset[str]
    cells: frozenset[str]

    @property
    def all_attributes(self) -> frozenset[str]:
        """The attributes that the file binds, wherever it does."""
        return self.attributes | self.rebound

    def are_read_by(self, instruction: dis.Instruction, before: dis.Instruction | None) -> bool:
        """Tell whether an instruction only reads one of these.

        Args:
            instruction: which.
            before: the instruction that made its topmost value, if that is known.
        """
        name, what = instruction.opname, instruction.argval
        if name == "LOAD_GLOBAL":
            return what not in self.rebound_globals
        if name == "LOAD_DEREF":
            return what in self.cells
        if not name.startswith(("LOAD_ATTR", "LOAD_METHOD", "LOAD_SUPER_ATTR")) or what in self.rebound:
            return False
        return what in self.attributes or _is_called(instruction) or self._is_module(before)

    def _is_module(self, before: dis.Instruction | None) -> bool:
        return before is not None and before.opname == "LOAD_GLOBAL" and before.argval in self.modules


def constants_of(module: CodeType) -> Constants | None:
    """Find the constants of a file from the code of its module; None if it may bind anything in ways that don't show.

    What another file binds isn't seen: libraries are taken not to replace methods and functions of theirs, nor to bind
    attributes that a class of this file binds in its constructor.
    """
    finder = _Finder()
    for code in _all_code(module):
        if code.co_name == "__del__" or not _BINDERS.isdisjoint(code.co_names):
            return None
        if not finder.search(code):
            return None
    return Constants(
        attributes=frozenset(finder.bound - finder.rebound),
        rebound=frozenset(finder.rebound),
        modules=frozenset(finder.modules - finder.rebound_globals),
        rebound_globals=frozenset(finder.rebound_globals),
        cells=frozenset(name for name in finder.cells if finder.stores[name] <= 1),
    )


class _Finder:
    def __init__(self) -> None:
        self.bound: set[str] = set()
        self.rebound: set[str] = set()
        self.modules: set[str] = set()
        self.rebound_globals: set[str] = set()
        self.cells: set[str] = set()
        self.stores: Counter[str] = Counter()

    def search(self, code: CodeType) -> bool:
        """Take note of what a code object binds; return False if it constructs an object once more."""
        self.cells.update(code.co_cellvars)
        loops = list(_loops(code))
        before: dis.Instruction | None = None
        for instruction in instructions_of(code):
            name, what = instruction.opname, instruction.argval
            if name in {"STORE_ATTR", "DELETE_ATTR"}:
                constructed = name == "STORE_ATTR" and _is_new_object(code, before)
                (self.bound if constructed else self.rebound).add(what)
            elif name in {"STORE_GLOBAL", "DELETE_GLOBAL"}:
                self.rebound_globals.add(what)
            elif name in {"STORE_DEREF", "DELETE_DEREF"}:
                self.stores[what] += 2 if any(instruction.offset in loop for loop in loops) else 1
            elif name == "STORE_NAME":
                self._name(code, what, before)
            elif name.startswith(("LOAD_ATTR", "LOAD_METHOD")) and what in _CONSTRUCTORS - {code.co_name}:
                return False
            before = instruction
        return True

    def _name(self, code: CodeType, name: str, before: dis.Instruction | None) -> None:
        """Take note of a name that the body of a module or of a class binds."""
        if code.co_name != MODULE:
            self.bound.add(name)
        elif before is not None and before.opname == "IMPORT_NAME":
            self.modules.add(name)


def _all_code(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _all_code(constant)


def _loops(code: CodeType) -> Iterator[range]:
    for instruction in instructions_of(code):
        if "JUMP" in instruction.opname and isinstance(instruction.argval, int):
            yield range(instruction.argval, instruction.offset)


def _is_new_object(code: CodeType, before: dis.Instruction | None) -> bool:
    """Tell whether an attribute is one of a constructor's own object: `before` put that on the stack."""
    if code.co_name not in _CONSTRUCTORS or code.co_argcount == 0 or before is None:
        return False
    if not before.opname.startswith("LOAD_FAST"):
        return False
    owner = before.argval[-1] if isinstance(before.argval, tuple) else before.argval
    return bool(owner == code.co_varnames[0])


def _is_called(instruction: dis.Instruction) -> bool:
    """Tell whether an attribute is read in order to be called as a method."""
    if instruction.opname.startswith("LOAD_METHOD"):
        return True
    # From Python 3.12 on, the lowest bit of the argument says so.
    return instruction.opname.startswith("LOAD_ATTR") and "NULL|self" in instruction.argrepr
