"""Before which instructions a switch to another thread can make a difference."""

from __future__ import annotations

import dis
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import CodeType

# What touches nothing but the running frame and the values in it. Everything else is a place to switch, so an
# instruction that a newer Python brings is one until it is listed here. Arithmetic, comparisons, truth tests and
# formatting work on values that an instruction before them fetched: a switch there does what one before the fetch does.
_LOCAL = frozenset(
    {
        *("CACHE", "NOP", "NOT_TAKEN", "RESUME", "RESERVED", "EXTENDED_ARG", "PRECALL", "KW_NAMES", "PUSH_NULL"),
        *("POP_TOP", "POP_ITER", "COPY", "SWAP", "END_FOR", "END_SEND"),
        *("LOAD_CONST", "LOAD_SMALL_INT", "LOAD_COMMON_CONSTANT", "LOAD_ASSERTION_ERROR", "LOAD_BUILD_CLASS"),
        *("LOAD_LOCALS", "LOAD_CLOSURE", "MAKE_CELL", "COPY_FREE_VARS", "MAKE_FUNCTION", "SET_FUNCTION_ATTRIBUTE"),
        *("SETUP_ANNOTATIONS", "LIST_APPEND", "SET_ADD", "MAP_ADD", "LIST_TO_TUPLE", "CALL_INTRINSIC_1"),
        *("CALL_INTRINSIC_2", "MATCH_MAPPING", "MATCH_SEQUENCE"),
        *("COMPARE_OP", "IS_OP", "TO_BOOL", "FORMAT_VALUE", "FORMAT_SIMPLE", "FORMAT_WITH_SPEC", "CONVERT_VALUE"),
        *("RAISE_VARARGS", "RERAISE", "PUSH_EXC_INFO", "POP_EXCEPT", "CHECK_EXC_MATCH", "CHECK_EG_MATCH"),
        *("PREP_RERAISE_STAR", "END_ASYNC_FOR", "CLEANUP_THROW", "EXIT_INIT_CHECK", "INTERPRETER_EXIT"),
        *("SEND", "GET_AWAITABLE", "GET_AITER", "GET_ANEXT", "ASYNC_GEN_WRAP", "ENTER_EXECUTOR"),
    }
)
_LOCAL_PREFIXES = ("LOAD_FAST", "STORE_FAST", "DELETE_FAST", "BUILD_", "UNARY_", "JUMP", "POP_JUMP", "RETURN_", "YIELD_")
_CONSTANTS = frozenset({"LOAD_CONST", "LOAD_SMALL_INT"})

# A trace function on Python 3.11 hears of an instruction at its first prefix, a monitor on 3.12 and newer at each part.
_AT_PREFIX = sys.version_info < (3, 12)


def shared_offsets(code: CodeType) -> frozenset[int]:
    """Find the instructions that can touch what other threads see too.

    They are those that read or write an attribute, an item, a global or a closure's variable, call something, enter or
    leave a ``with``, iterate, or change a value in place.

    Returns:
        Offsets at which an event announces one of them.
    """
    if code.co_name == "__del__":
        # A finalizer runs wherever the last reference goes, even amid the scheduler's own work.
        return frozenset()
    return frozenset(_offsets(code, _is_shared))


def all_offsets(code: CodeType) -> frozenset[int]:
    """Find every instruction, for comparison with `shared_offsets`."""
    return frozenset(_offsets(code, lambda instruction, before: True))  # noqa: ARG005 - the other rule needs them


def _offsets(code: CodeType, wanted: Callable[[Any, Any], bool]) -> Iterator[int]:
    before = prefix = None
    for instruction in dis.get_instructions(code):
        if instruction.opname == "EXTENDED_ARG":
            prefix = prefix if prefix is not None else instruction.offset
            continue
        if wanted(instruction, before):
            yield prefix if prefix is not None and _AT_PREFIX else instruction.offset
        before, prefix = instruction, None


def _is_shared(instruction: dis.Instruction, before: dis.Instruction | None) -> bool:
    name = instruction.opname
    if name == "BINARY_OP":
        # An in-place operator may change a list or a set; with a number on its right it can't.
        if instruction.argrepr == "[]":
            return True
        number = before is not None and before.opname in _CONSTANTS and isinstance(before.argval, (int, float))
        return instruction.argrepr.endswith("=") and not number
    return name not in _LOCAL and not name.startswith(_LOCAL_PREFIXES)
