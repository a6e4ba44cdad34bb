"""Landlock, by which a process of Linux takes rights from itself and from all that it starts, without being root.

The numbers are those of ``linux/landlock.h``. A kernel knows a part of them; what it doesn't know, it can't take away.
"""

from __future__ import annotations

import ctypes
import functools
import os
import stat
import struct
import sys
from dataclasses import dataclass
from enum import IntFlag
from typing import TYPE_CHECKING

from grader.grading._libc import libc

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class Access(IntFlag):
    """What may be done with files."""

    EXECUTE = 1 << 0
    WRITE_FILE = 1 << 1
    READ_FILE = 1 << 2
    READ_DIR = 1 << 3
    REMOVE_DIR = 1 << 4
    REMOVE_FILE = 1 << 5
    MAKE_CHAR = 1 << 6
    MAKE_DIR = 1 << 7
    MAKE_REG = 1 << 8
    MAKE_SOCK = 1 << 9
    MAKE_FIFO = 1 << 10
    MAKE_BLOCK = 1 << 11
    MAKE_SYM = 1 << 12
    REFER = 1 << 13
    TRUNCATE = 1 << 14
    IOCTL_DEV = 1 << 15


_OF_FILES = Access.EXECUTE | Access.WRITE_FILE | Access.READ_FILE | Access.TRUNCATE | Access.IOCTL_DEV
_KNOWN_FROM = {Access.REFER: 2, Access.TRUNCATE: 3, Access.IOCTL_DEV: 5}
_TCP_FROM, _SCOPES_FROM = 4, 6
_BIND_AND_CONNECT = 3
_ABSTRACT_SOCKETS_AND_SIGNALS = 3

# System calls added since 2019 have the same numbers on every architecture but Alpha, which no Python is built for.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION = 1
_PATH_BENEATH = ctypes.c_int(1)
_NO_FLAGS = ctypes.c_uint32(0)

TRUNCATES_FROM = 3
"""The first version that keeps a process from emptying files that it may not write to."""

SCOPES_FROM = _SCOPES_FROM
"""The first version that keeps a process from sending signals to those outside."""


def version() -> int:
    """Return which version of Landlock this kernel has; 0 if none, or if it isn't switched on."""
    if sys.platform != "linux":
        return 0
    try:
        return _call(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(_VERSION))
    except OSError:
        return 0


class Ruleset:
    """What a process keeps; everything else that can be taken from it, it loses.

    It is made once, for as many processes as are forked from this one: to look up all its files again takes longer than
    many a program runs. A rule about a folder holds for all that is below it. A link needs no rule, only what it leads
    to. What a process has open, it keeps.
    """

    def __init__(self) -> None:
        """Begin with nothing."""
        self._version = version()
        self._handled = 0
        for access in Access:
            if self._version >= _KNOWN_FROM.get(access, 1):
                self._handled |= access.value
        self._rules: list[_Rule] = []

    def keep(self, path: str, access: Access) -> None:
        """Keep some rights to a file, or to a folder and what is below it; nothing happens if it isn't there.

        Raises:
            OSError: the rule can't be made.
        """
        rule = _rule(path, access.value & self._handled)
        if rule is not None:
            self._rules.append(rule)

    def obey(self, *, tcp: bool, own: Iterable[tuple[str, Access]]) -> None:
        """Take everything else from this process, for good; which has one thread, and ``no_new_privs`` set.

        Args:
            tcp: whether to keep what TCP can do. There are rules by port alone, not by address: to reach this machine
                itself, at a port that the system chooses, is to reach every other machine as well.
            own: what this process keeps besides, as for `keep`.

        Raises:
            OSError: the kernel refuses to, or there is no Landlock here.
        """
        found = [_rule(path, access.value & self._handled) for path, access in own]
        mine = [rule for rule in found if rule is not None]
        attributes = self._attributes(tcp=tcp)
        size = ctypes.c_size_t(len(attributes))
        descriptor = _call(_CREATE_RULESET, ctypes.c_char_p(attributes), size, _NO_FLAGS)
        ruleset = ctypes.c_int(descriptor)
        for rule in (*self._rules, *mine):
            _call(_ADD_RULE, ruleset, _PATH_BENEATH, rule.packed, _NO_FLAGS)
        _call(_RESTRICT_SELF, ruleset, _NO_FLAGS)
        for done_with in (descriptor, *(rule.descriptor for rule in mine)):
            os.close(done_with)

    def _attributes(self, *, tcp: bool) -> bytes:
        network = _BIND_AND_CONNECT if self._version >= _TCP_FROM and not tcp else 0
        scopes = _ABSTRACT_SOCKETS_AND_SIGNALS if self._version >= _SCOPES_FROM else 0
        fields = 1 + (self._version >= _TCP_FROM) + (self._version >= _SCOPES_FROM)
        return struct.pack("=3Q", self._handled, network, scopes)[: 8 * fields]


@dataclass(frozen=True, slots=True)
class _Rule:
    """One rule, as the kernel takes it: what may be done, and the open descriptor of where."""

    packed: ctypes.c_char_p
    descriptor: int


def _rule(path: str, access: int) -> _Rule | None:
    """Make a rule, whose descriptor stays open; None if the file isn't there, or nothing of that can be done to it."""
    try:
        descriptor = os.open(path, getattr(os, "O_PATH", os.O_RDONLY) | os.O_CLOEXEC)
    except OSError:
        return None
    if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
        access &= _OF_FILES.value
    if access:
        return _Rule(ctypes.c_char_p(struct.pack("=Qi", access, descriptor)), descriptor)
    os.close(descriptor)
    return None


@functools.cache
def _system() -> Callable[..., int]:
    function = libc().syscall
    function.restype = ctypes.c_long
    return function


def _call(number: int, *arguments: object) -> int:
    answer: int = _system()(ctypes.c_long(number), *arguments)
    if answer < 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error), "Landlock")
    return answer
