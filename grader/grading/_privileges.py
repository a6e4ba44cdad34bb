"""Giving up root: where the grader runs as root, as in many containers, no submission does.

A worker gets a user number that nothing else uses. So it can't send signals to the processes that watch it, nor read
what belongs to root, and the limit on processes holds, which the system doesn't apply to root.
"""

from __future__ import annotations

import ctypes
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from grader.grading._adopted import prctl
from grader.grading._libc import libc

if TYPE_CHECKING:
    from collections.abc import Iterable

_FIRST_USER, _USERS = 61_184, 4_336
"""Numbers that systems leave to short-lived services, and that containers have, too."""

_CHOWN, _READ_SEARCH, _KILL, _SETGID, _SETUID = 0, 2, 5, 6, 7
_KEEP_CAPABILITIES = 8
_AMBIENT, _AMBIENT_RAISE = 47, 2
_CAPABILITIES_VERSION = 0x20080522
_Header, _Sets = ctypes.c_uint32 * 2, ctypes.c_uint32 * 6


@dataclass(frozen=True, slots=True)
class Demotion:
    """How a worker gives up root.

    Attributes:
        reads_all: it keeps the right to read every file, because Python or its libraries belong to root alone.
    """

    reads_all: bool = False

    def user(self) -> int:
        """Return a user number for the workers of the calling process."""
        return _FIRST_USER + os.getpid() % _USERS

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
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            candidate.become(candidate.user())
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
