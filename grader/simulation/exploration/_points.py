"""Before which instructions a switch to another thread can make a difference."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from grader.simulation.exploration._constants import MODULE, constants_of
from grader.simulation.exploration._disassembly import instructions_of
from grader.simulation.exploration._effects import effects_of
from grader.simulation.exploration._seen import Seen

if TYPE_CHECKING:
    import dis
    from collections.abc import Callable, Iterator, Mapping
    from types import CodeType

    from grader.simulation.exploration._constants import Constants
    from grader.simulation.exploration._effects import Effect

    Wanted = Callable[[dis.Instruction, dis.Instruction | None], bool]

# What touches nothing but the running frame and values that no other thread can change. Everything else is a place to
# switch, so an instruction that a newer Python brings is one until it is listed here.
_LOCAL = frozenset(
    {
        *("CACHE", "NOP", "NOT_TAKEN", "RESUME", "RESERVED", "EXTENDED_ARG", "PRECALL", "KW_NAMES", "PUSH_NULL"),
        *("POP_TOP", "POP_ITER", "COPY", "SWAP", "END_FOR", "END_SEND"),
        *("LOAD_CONST", "LOAD_SMALL_INT", "LOAD_COMMON_CONSTANT", "LOAD_ASSERTION_ERROR", "LOAD_BUILD_CLASS"),
        *("LOAD_LOCALS", "LOAD_CLOSURE", "MAKE_CELL", "COPY_FREE_VARS", "MAKE_FUNCTION", "SET_FUNCTION_ATTRIBUTE"),
        *("SETUP_ANNOTATIONS", "LIST_APPEND", "SET_ADD", "MAP_ADD", "LIST_TO_TUPLE", "CALL_INTRINSIC_1"),
        *("CALL_INTRINSIC_2", "MATCH_MAPPING", "MATCH_SEQUENCE", "IS_OP"),
        *("UNARY_NEGATIVE", "UNARY_POSITIVE", "UNARY_INVERT"),
        *("RAISE_VARARGS", "RERAISE", "PUSH_EXC_INFO", "POP_EXCEPT", "CHECK_EXC_MATCH", "CHECK_EG_MATCH"),
        *("PREP_RERAISE_STAR", "END_ASYNC_FOR", "CLEANUP_THROW", "EXIT_INIT_CHECK", "INTERPRETER_EXIT"),
        *("SEND", "GET_AWAITABLE", "GET_AITER", "GET_ANEXT", "ASYNC_GEN_WRAP", "ENTER_EXECUTOR"),
    }
)
_LOCAL_PREFIXES = ("LOAD_FAST", "STORE_FAST", "DELETE_FAST", "BUILD_", "RETURN_", "YIELD_")
_CONSTANTS = frozenset({"LOAD_CONST", "LOAD_SMALL_INT"})
_BOOLS = frozenset({"COMPARE_OP", "CONTAINS_OP", "IS_OP", "UNARY_NOT", "TO_BOOL"})
_OF_A_CONSTANT = frozenset({"COMPARE_OP", "LIST_EXTEND", "SET_UPDATE", "FORMAT_VALUE", "FORMAT_SIMPLE"})

# A trace function on Python 3.11 hears of an instruction at its first prefix, a monitor on 3.12 and newer at each part.
_AT_PREFIX = sys.version_info < (3, 12)


class SharedOffsets:
    """Finds the instructions that can touch what other threads see too, and may change or see changed.

    They are those that read or write an attribute, an item, a global or a closure's variable, call something, enter or
    leave a ``with``, iterate, or look into a value that may be a list or the like, as ``==`` does. To read what the
    program binds only once is none: it has the same value before and after whatever other threads do. Which names
    these are is known once the code of the file's module has been seen, which is the first that runs.
    """

    def __init__(self) -> None:
        """Begin without having seen any file."""
        self._constants: dict[str, Constants | None] = {}
        self._effects: Seen[Mapping[int, Effect]] = Seen(self._work_out_effects)

    def __call__(self, code: CodeType) -> frozenset[int]:
        """Return the offsets at which an event announces one of them."""
        if code.co_name == MODULE:
            self._constants[code.co_filename] = constants_of(code)
        if code.co_name == "__del__":
            # A finalizer runs wherever the last reference goes, even amid the scheduler's own work.
            return frozenset()
        constants = self._constants.get(code.co_filename)

        def wanted(instruction: dis.Instruction, before: dis.Instruction | None) -> bool:
            if constants is not None and constants.are_read_by(instruction, before):
                return False
            return _is_shared(instruction, before)

        return frozenset(_offsets(code, wanted))

    def effects(self, code: CodeType) -> Mapping[int, Effect]:
        """Return what the instructions of `code` do, by offset, as far as that is known.

        The code of its module has been seen before.
        """
        found = self._effects.by_id.get(id(code))
        if found is None:
            if self._effects.many:
                self._effects.forget()
            found = self._effects.learn(code)
        return found

    def _work_out_effects(self, code: CodeType) -> Mapping[int, Effect]:
        constants = self._constants.get(code.co_filename)
        return {} if constants is None else effects_of(code, constants.all_attributes)


def all_offsets(code: CodeType) -> frozenset[int]:
    """Find every instruction that does anything."""
    return frozenset(_offsets(code, lambda _, __: True))


def _offsets(code: CodeType, wanted: Wanted) -> Iterator[int]:
    before = prefix = None
    begun = False
    for instruction in instructions_of(code):
        # What comes before prepares the frame, and newer versions announce it in some calls only.
        begun = begun or instruction.opname == "RESUME"
        if instruction.opname == "EXTENDED_ARG":
            prefix = instruction.offset if prefix is None else prefix
            continue
        if begun and wanted(instruction, None if instruction.is_jump_target else before):
            yield prefix if prefix is not None and _AT_PREFIX else instruction.offset
        if instruction.opname != "COPY":
            before = instruction
        prefix = None


def _is_shared(instruction: dis.Instruction, before: dis.Instruction | None) -> bool:
    """Tell whether an instruction may touch shared state; `before` made its topmost value, if that is known."""
    name = instruction.opname
    if name in _LOCAL or name.startswith(_LOCAL_PREFIXES):
        return False
    if "JUMP" in name:
        # Only those that ask whether a value is true look into it, unless that was asked before.
        return name.endswith(("TRUE", "FALSE", "OR_POP")) and (before is None or before.opname not in _BOOLS)
    if before is None:
        return True
    if name in {"TO_BOOL", "UNARY_NOT"}:
        return before.opname not in _BOOLS
    if before.opname in _CONSTANTS:
        return not (name in _OF_A_CONSTANT or (name == "BINARY_OP" and _is_arithmetic(instruction, before)))
    return True


def _is_arithmetic(instruction: dis.Instruction, right: dis.Instruction) -> bool:
    """Tell whether an operator with this constant on its right can't be one of a list, dictionary or set."""
    operator = instruction.argrepr
    if operator == "[]" or operator.startswith("*"):
        return operator.startswith("**")
    return isinstance(right.argval, (int, float)) or (isinstance(right.argval, (str, bytes)) and operator[-1] != "=")
