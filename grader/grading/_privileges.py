"""Giving up root: where the grader runs as root, as in many containers, no submission does.

A worker gets a user number that nothing else uses, also no other grader on this machine. So it can't send signals to
the processes that watch it, nor read what belongs to root; the limit on processes holds, which the system doesn't apply
to root; and what the user has left in shared memory can be removed, as it is nobody else's.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import socket
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from grader.grading._adopted import prctl
from grader.grading._libc import libc

if TYPE_CHECKING:
    from collections.abc import Iterable

_CLAIM = "grader-user-{}"
_FIRST_USER, _USERS = 61_184, 4_336
"""Numbers that systems leave to short-lived services, and that containers have, too."""

_CHOWN, _READ_SEARCH, _KILL, _SETGID, _SETUID = 0, 2, 5, 6, 7
_KEEP_CAPABILITIES = 8
_AMBIENT, _AMBIENT_RAISE = 47, 2
_CAPABILITIES_VERSION = 0x20080522
_Header, _Sets = ctypes.c_uint32 * 2, ctypes.c_uint32 * 6


class Claim:
    """A user number that nobody else has who claims one: for the workers of the calling process.

    Attributes:
        user: the number.
    """

    def __init__(self) -> None:
        """Claim one. If none is free, which somebody must have seen to, take one all the same."""
        # A name in no folder, which the system gives up by itself when this process ends.
        self._held = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        own = os.getpid() % _USERS
        self.user = _FIRST_USER + own
        for number in range(_USERS):
            user = _FIRST_USER + (own + number) % _USERS
            try:
                self._held.bind(f"\0{_CLAIM.format(user)}")
            except OSError:
                continue
            self.user = user
            break

    def close(self) -> None:
        """Give it up."""
        self._held.close()


@dataclass(frozen=True, slots=True)
class Demotion:
    """How a worker gives up root.

    Attributes:
        reads_all: it keeps the right to read every file, because Python or its libraries belong to root alone.
    """

    reads_all: bool = False

    def become(self, user: int) -> None:
        """Become that user, for good.

        Raises:
            OSError: the system doesn't let it.
        """
        os.setgroups([])
        os.setresgid(user, user, user)
        prctl(_KEEP_CAPABILITIES, 1)
        os.setresuid(user, user, user)
        prctl(_KEEP_CAPABILITIES, 0)
        _set_capabilities(1 << _READ_SEARCH if self.reads_all else 0)
        if self.reads_all and libc().prctl(_AMBIENT, _AMBIENT_RAISE, _READ_SEARCH, 0, 0) != 0:
            # What the program starts could not read Python any more.
            raise PermissionError


def demotion(needed: Iterable[str]) -> Demotion | None:
    """Find out how workers can give up root; None if this isn't root, or can't be helped.

    Args:
        needed: files and folders that a worker must be able to read.
    """
    if sys.platform != "linux" or os.geteuid() != 0 or not _may({_CHOWN, _KILL, _SETGID, _SETUID}):
        return None
    paths = list(needed)
    for candidate in (Demotion(), Demotion(reads_all=True)):
        if (not candidate.reads_all or _may({_READ_SEARCH})) and _works(candidate, paths):
            return candidate
    return None


def drop_capabilities() -> None:
    """Give up what distinguishes root from others, where root itself can't be given up."""
    if sys.platform == "linux" and os.geteuid() == 0:
        _set_capabilities(0)


def _works(candidate: Demotion, paths: list[str]) -> bool:
    with contextlib.closing(Claim()) as claim:
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                candidate.become(claim.user)
                for path in paths:
                    look(path)
                status = 0
            finally:
                os._exit(status)
        return os.waitpid(pid, 0)[1] == 0


def look(path: str) -> None:
    """Try to read a file or folder, which tells more than to ask whether it would be allowed.

    Raises:
        OSError: it can't be read.
    """
    os.close(os.open(path, os.O_RDONLY))
    if Path(path).is_dir():
        os.stat(f"{path}/.")  # noqa: PTH116 - pathlib would leave the dot away, and so not look inside


def _may(capabilities: set[int]) -> bool:
    with Path("/proc/self/status").open("rb") as status:
        effective = next((int(line.split()[1], 16) for line in status if line.startswith(b"CapEff:")), 0)
    return all(effective >> capability & 1 for capability in capabilities)


def _set_capabilities(wanted: int) -> None:
    header = _Header(_CAPABILITIES_VERSION, 0)
    # Effective, permitted and inheritable, twice: the lower 32 bits, then the upper.
    data = _Sets(wanted, wanted, wanted, 0, 0, 0)
    if libc().capset(header, data) != 0:
        raise OSError(ctypes.get_errno(), "capset")
