"""Telling whether dictionaries and functions are what they were, without touching them.

To look at an object in the usual way is to count a reference to it, which writes to its memory. In a process that was
forked from another the system then copies that page: thousands of looks take longer than many a program. So this reads
the memory itself, where the interpreter is one whose layout is known.
"""

from __future__ import annotations

import ctypes
import sys
import sysconfig
from array import array
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import FunctionType

# Offsets in CPython's structures (Include/cpython/dictobject.h, Include/internal/pycore_dict.h,
# Include/cpython/funcobject.h), the same from 3.11 to 3.13: https://github.com/python/cpython
_KNOWN = ((3, 11), (3, 13))
_DICT_KEYS, _DICT_VALUES, _DICT_SIZE = 32, 40, 48
_KEYS_HEADER = 32
_COLLECTED_HEADER = 16
_FUNCTION_CODE = 48

_WORD = 8
_ADDRESSES = 1 << 48
"""More than a process has."""


def _words() -> memoryview:
    """Return all of this process's memory, by the word."""
    everything = (ctypes.c_char * _ADDRESSES).from_address(0)
    return memoryview(everything).cast("B").cast("Q")


class Memory:
    """What some dictionaries and functions were like when this was made.

    What they referred to then must live as long as this does.
    """

    def __init__(self, dicts: Sequence[dict[Any, Any]], functions: Sequence[FunctionType]) -> None:
        """Look at them."""
        self._all = tuple(dicts), tuple(functions)
        # Those whose values lie apart, as objects of one class may keep theirs, are not read.
        self._is_known = _is_layout_known() and not any(_word(id(each) + _DICT_VALUES) for each in dicts)
        if not self._is_known:
            return
        words = self._words = _words()
        headers = _COLLECTED_HEADER + _DICT_SIZE + _KEYS_HEADER
        self._sizes = array("Q", (max(sys.getsizeof(each) - headers, 0) // _WORD for each in dicts))
        self._at_keys = array("Q", ((id(each) + _DICT_KEYS) // _WORD for each in dicts))
        self._keys = array("Q", (words[at] for at in self._at_keys))
        self._tables = array("Q")
        for at, size in zip(self._at_tables(), self._sizes, strict=True):
            self._tables += array("Q", words[at : at + size])
        self._at_codes = array("Q", ((id(function) + _FUNCTION_CODE) // _WORD for function in functions))
        self._codes = array("Q", (words[at] for at in self._at_codes))

    def differing_dicts(self) -> Iterator[int]:
        """Yield which dictionaries may have other keys or values than they had."""
        if not self._is_known:
            yield from range(len(self._all[0]))
            return
        words, before, begin = self._words, memoryview(self._tables), 0
        each = zip(self._at_keys, self._keys, self._at_tables(), self._sizes, strict=True)
        for index, (at_keys, keys, at, size) in enumerate(each):
            if words[at_keys] != keys or words[at : at + size] != before[begin : begin + size]:
                yield index
            begin += size

    def _at_tables(self) -> Iterator[int]:
        """Yield where the keys and values of the dictionaries were."""
        return ((keys + _KEYS_HEADER) // _WORD for keys in self._keys)

    def differing_functions(self) -> Iterator[int]:
        """Yield which functions may have other code than they had."""
        if not self._is_known:
            yield from range(len(self._all[1]))
            return
        words, pairs = self._words, zip(self._at_codes, self._codes, strict=True)
        yield from (index for index, (at, code) in enumerate(pairs) if words[at] != code)


def _word(address: int) -> int:
    return ctypes.c_uint64.from_address(address).value


def _is_layout_known() -> bool:
    """Tell whether this interpreter keeps dictionaries and functions as expected; look at some to be sure."""
    first, last = _KNOWN
    if (
        sys.implementation.name != "cpython"
        or not first <= sys.version_info[:2] <= last
        or sys.maxsize < 1 << 32
        or sysconfig.get_config_var("Py_GIL_DISABLED")
        or hasattr(sys, "gettotalrefcount")
        or sys.platform == "win32"
    ):
        return False
    empty: dict[str, int] = {}
    example = {str(number): number for number in range(100)}
    return (
        _word(id(_is_layout_known) + _FUNCTION_CODE) == id(_is_layout_known.__code__)
        and _word(id(example) + _DICT_VALUES) == 0
        and _word(id(empty) + _DICT_KEYS) != _word(id(example) + _DICT_KEYS)
        and sys.getsizeof({}) == _COLLECTED_HEADER + _DICT_SIZE
    )
