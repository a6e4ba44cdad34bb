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

_ERRNO, _ALLOW = 0x0005_0000, 0x7FFF_0000
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16
_SECCOMP, _FILTER = 22, 2

_NEW_NAMESPACES = 0x7E02_0000
"""The flags of ``clone`` that make namespaces, in which a program would be its own root."""

_FAMILIES = (1, 2, 10, 16)
"""Unix, IPv4, IPv6, and the one by which the C library asks for this machine's addresses."""


@dataclass(frozen=True, slots=True)
class _Machine:
    """Numbers of system calls.

    Attributes:
        architecture: what the kernel calls this machine.
        socket: makes a socket.
        clone: makes a process or a thread.
        denied: keep something in the kernel (System V memory, semaphores and queues, POSIX queues, keys), enter or make
            namespaces, or are for debuggers, profilers and servers: ``perf_event_open``, ``bpf``, ``userfaultfd``,
            ``open_by_handle_at``, and, the same everywhere, ``io_uring_setup``, by which filters are gone around.
        other_from: the number from which on another set of numbers begins; 0 for none.
    """

    architecture: int
    socket: int
    clone: int
    denied: tuple[int, ...]
    other_from: int = 0


_CLONE3, _IO_URING_SETUP = 435, 425
_MACHINES = {
    "x86_64": _Machine(
        0xC000_003E, 41, 56, (29, 64, 68, 240, 248, 249, 250, 272, 308, 298, 321, 323, 304), other_from=0x4000_0000
    ),
    "aarch64": _Machine(0xC000_00B7, 198, 220, (194, 190, 186, 180, 217, 218, 219, 97, 268, 241, 280, 282, 265)),
}


class _Step(ctypes.Structure):
    _fields_ = (("code", ctypes.c_uint16), ("yes", ctypes.c_uint8), ("no", ctypes.c_uint8), ("value", ctypes.c_uint32))


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.POINTER(_Step)))


def restrain(*, sockets: bool) -> None:
    """Take from this process, and from all that it starts, the system calls that no program needs.

    Args:
        sockets: whether it may make sockets.

    Raises:
        OSError: that isn't possible here.
    """
    machine = _MACHINES.get(platform.machine()) if sys.platform == "linux" and sys.maxsize > 1 << 32 else None
    if machine is None:
        raise OSError(errno.ENOSYS, "no filter is known for this machine")
    steps = _steps(machine, sockets=sockets)
    array = (_Step * len(steps))(*steps)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_SECCOMP, _FILTER, ctypes.byref(_Program(len(steps), array)), 0, 0) != 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error), "seccomp")


def _steps(machine: _Machine, *, sockets: bool) -> list[_Step]:
    """Return the filter: each refusal is a comparison, and the refusal that it steps over if it doesn't hold."""
    steps = [
        _Step(_LOAD, 0, 0, _ARCHITECTURE),
        _Step(_EQUAL, 1, 0, machine.architecture),
        _Step(_RETURN, 0, 0, _ERRNO | errno.EPERM),
        _Step(_LOAD, 0, 0, _NUMBER),
    ]
    if machine.other_from:
        steps += [_Step(_AT_LEAST, 0, 1, machine.other_from), _Step(_RETURN, 0, 0, _ERRNO | errno.EPERM)]
    # The C library makes do with the older call, whose flags can be looked at.
    refused = {_CLONE3: errno.ENOSYS, _IO_URING_SETUP: errno.ENOSYS, **dict.fromkeys(machine.denied, errno.EPERM)}
    if not sockets:
        refused[machine.socket] = errno.EACCES
    for number, error in refused.items():
        steps += [_Step(_EQUAL, 0, 1, number), _Step(_RETURN, 0, 0, _ERRNO | error)]
    families = [_Step(_EQUAL, len(_FAMILIES) - index, 0, family) for index, family in enumerate(_FAMILIES)]
    return [
        *steps,
        _Step(_EQUAL, 0, len(families) + 2, machine.socket),
        _Step(_LOAD, 0, 0, _FIRST_ARGUMENT),
        *families,
        _Step(_RETURN, 0, 0, _ERRNO | errno.EAFNOSUPPORT),
        _Step(_EQUAL, 0, 3, machine.clone),
        _Step(_LOAD, 0, 0, _FIRST_ARGUMENT),
        _Step(_ANY_BIT, 0, 1, _NEW_NAMESPACES),
        _Step(_RETURN, 0, 0, _ERRNO | errno.EPERM),
        _Step(_RETURN, 0, 0, _ALLOW),
    ]
