"""What no exercise asks the kernel for: a filter for system calls, which Linux has had for long.

Landlock is about files. This closes what it leaves open: sockets where a program's sockets are simulated anyway, what
outlives a program in the kernel's own memory, and parts of the kernel in which many faults have been found.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import sys
from dataclasses import dataclass

from grader.grading._libc import libc

_ERRNO, _ALLOW = 0x0005_0000, 0x7FFF_0000
_LOAD, _AND, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x54, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE = 0, 4
_FIRST_ARGUMENT, _SECOND_ARGUMENT = 16, 24
_GET_SECCOMP, _SECCOMP, _FILTER = 21, 22, 2

_NEW_NAMESPACES = 0x7E02_0000
"""The flags of ``clone`` that make namespaces, in which a program would be its own root."""

_UNIX, _IPV4, _IPV6, _OF_KERNEL = 1, 2, 10, 16
"""Families of sockets; by the last the C library asks for this machine's addresses."""

_STREAM, _PACKETS = 1, 5
_TYPE = 0xF
"""Types of sockets, and what of the number is the type. These reach nobody without ``connect``, unlike datagrams."""


@dataclass(frozen=True, slots=True)
class _Machine:
    """Numbers of system calls.

    Attributes:
        architecture: what the kernel calls this machine.
        socket: makes a socket.
        socketpair: makes two.
        connect: connects one.
        clone: makes a process or a thread.
        denied: keep something in the kernel (System V memory, semaphores and queues, POSIX queues, keys), enter or make
            namespaces (``unshare``, ``setns``), or are for debuggers, profilers and servers (``perf_event_open``,
            ``bpf``, ``userfaultfd``, ``open_by_handle_at``).
        other_from: the number from which on another set of numbers begins; 0 for none.
    """

    architecture: int
    socket: int
    socketpair: int
    connect: int
    clone: int
    denied: tuple[int, ...]
    other_from: int = 0


_CLONE3, _IO_URING_SETUP = 435, 425
"""The same on every machine. By the second, filters are gone around."""

_MACHINES = {
    "x86_64": _Machine(
        0xC000_003E, 41, 53, 42, 56, (29, 64, 68, 240, 248, 249, 250, 272, 308, 298, 321, 323, 304), 0x4000_0000
    ),
    "aarch64": _Machine(
        0xC000_00B7, 198, 199, 203, 220, (194, 190, 186, 180, 217, 218, 219, 97, 268, 241, 280, 282, 265)
    ),
}


class _Step(ctypes.Structure):
    _fields_ = (("code", ctypes.c_uint16), ("yes", ctypes.c_uint8), ("no", ctypes.c_uint8), ("value", ctypes.c_uint32))


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.POINTER(_Step)))


class Filter:
    """A filter, made once for as many processes as are forked from this one."""

    def __init__(self, *, sockets: bool) -> None:
        """Make it.

        Args:
            sockets: whether a process may connect, and have sockets for more than the machine's own.

        Raises:
            OSError: that isn't possible here.
        """
        machine = _machine()
        if machine is None:
            raise OSError(errno.ENOSYS, "no filter is known for this machine")
        steps = _steps(machine, sockets=sockets)
        self._steps = (_Step * len(steps))(*steps)
        self._program = _Program(len(steps), self._steps)

    def restrain(self) -> None:
        """Take from this process, and from all that it starts, the system calls that no program needs.

        Raises:
            OSError: the kernel refuses to.
        """
        if libc().prctl(_SECCOMP, _FILTER, ctypes.byref(self._program), 0, 0) != 0:
            error = ctypes.get_errno()
            raise OSError(error, os.strerror(error), "seccomp")


def filters() -> dict[bool, Filter]:
    """Return the filters for processes with sockets and without; none where this kernel has no such thing."""
    if _machine() is None or libc().prctl(_GET_SECCOMP, 0, 0, 0, 0) < 0:
        return {}
    return {sockets: Filter(sockets=sockets) for sockets in (True, False)}


def _machine() -> _Machine | None:
    return _MACHINES.get(platform.machine()) if sys.platform == "linux" and sys.maxsize > 1 << 32 else None


def _steps(machine: _Machine, *, sockets: bool) -> list[_Step]:
    """Return the filter."""
    # The C library makes do with the older call, whose flags can be looked at.
    refused = {_CLONE3: errno.ENOSYS, _IO_URING_SETUP: errno.ENOSYS, **dict.fromkeys(machine.denied, errno.EPERM)}
    steps = [
        _Step(_LOAD, 0, 0, _ARCHITECTURE),
        _Step(_EQUAL, 1, 0, machine.architecture),
        _refusal(errno.EPERM),
        _Step(_LOAD, 0, 0, _NUMBER),
    ]
    if machine.other_from:
        steps += [_Step(_AT_LEAST, 0, 1, machine.other_from), _refusal(errno.EPERM)]
    if sockets:
        steps += _only(machine.socket, _FIRST_ARGUMENT, (_UNIX, _IPV4, _IPV6, _OF_KERNEL))
    else:
        refused[machine.connect] = errno.EACCES
        # The simulation's own have a descriptor of this kind behind them, which is never connected.
        steps += _only(machine.socket, _FIRST_ARGUMENT, (_UNIX,))
        steps += _only(machine.socket, _SECOND_ARGUMENT, (_STREAM, _PACKETS))
        steps += _only(machine.socketpair, _SECOND_ARGUMENT, (_STREAM, _PACKETS))
    for number, error in refused.items():
        steps += [_Step(_EQUAL, 0, 1, number), _refusal(error)]
    return [
        *steps,
        _Step(_EQUAL, 0, 3, machine.clone),
        _Step(_LOAD, 0, 0, _FIRST_ARGUMENT),
        _Step(_ANY_BIT, 0, 1, _NEW_NAMESPACES),
        _refusal(errno.EPERM),
        _Step(_RETURN, 0, 0, _ALLOW),
    ]


def _only(number: int, argument: int, values: tuple[int, ...]) -> list[_Step]:
    """Return the steps that refuse a call unless an argument is one of some values."""
    found = [_Step(_EQUAL, len(values) - index, 0, value) for index, value in enumerate(values)]
    bits = _TYPE if argument == _SECOND_ARGUMENT else 0xFFFF_FFFF
    inside = [
        _Step(_LOAD, 0, 0, argument),
        _Step(_AND, 0, 0, bits),
        *found,
        _refusal(errno.EACCES),
        _Step(_LOAD, 0, 0, _NUMBER),
    ]
    return [_Step(_EQUAL, 0, len(inside), number), *inside]


def _refusal(error: int) -> _Step:
    return _Step(_RETURN, 0, 0, _ERRNO | error)
