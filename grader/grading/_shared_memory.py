"""Shared memory that a program has left behind: it stays in memory until somebody removes it, or the machine stops.

`multiprocessing` removes its semaphores at the end of a program, but not of one that is ended before.
"""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

FOLDER = "/dev/shm"  # noqa: S108 - where Linux has it


class SharedMemory:
    """What there is before a run, and what is there after it that wasn't."""

    def __init__(self, user: int) -> None:
        """Look at what is there.

        Args:
            user: number of the user whose programs are run.
        """
        self._user = user
        # A user that only runs workers has nothing in there that anybody needs.
        self._before = set(_names()) if user == os.getuid() else set()

    def clear(self) -> None:
        """Remove what is new, is the user's, and is used by nobody; all processes of the run have ended."""
        found = {status: name for name in _names() if name not in self._before and (status := self._own(name))}
        if found and self._user == os.getuid():
            used = _used_by(self._user)
            found = {status: name for status, name in found.items() if status not in used}
        for name in found.values():
            with contextlib.suppress(OSError):
                os.unlink(f"{FOLDER}/{name}")  # noqa: PTH108 - plain strings: there may be thousands

    def _own(self, name: str) -> int:
        """Return the number of a file, if it is the user's."""
        try:
            status = os.lstat(f"{FOLDER}/{name}")
        except OSError:
            return 0
        return status.st_ino if status.st_uid == self._user else 0


def _names() -> list[str]:
    if sys.platform != "linux":
        return []
    try:
        return os.listdir(FOLDER)  # noqa: PTH208 - as above
    except OSError:
        return []


def _used_by(user: int) -> Collection[int]:
    """Return the numbers of the files there that any of the user's processes has open or mapped."""
    used: set[int] = set()
    for pid in filter(str.isdigit, os.listdir("/proc")):  # noqa: PTH208 - as above
        with contextlib.suppress(OSError):
            if os.stat(f"/proc/{pid}").st_uid == user:  # noqa: PTH116 - as above
                used.update(_mapped(pid))
                used.update(_open(pid))
    return used


def _mapped(pid: str) -> Iterator[int]:
    with open(f"/proc/{pid}/maps", "rb") as lines:  # noqa: PTH123 - as above
        for line in lines:
            fields = line.split(maxsplit=5)
            if len(fields) > 5 and fields[5].startswith(FOLDER.encode()):  # noqa: PLR2004 - the sixth is the path
                yield int(fields[4])


def _open(pid: str) -> Iterator[int]:
    for number in os.listdir(f"/proc/{pid}/fd"):  # noqa: PTH208 - as above
        with contextlib.suppress(OSError):
            if os.readlink(f"/proc/{pid}/fd/{number}").startswith(FOLDER):  # noqa: PTH115 - as above
                yield os.stat(f"/proc/{pid}/fd/{number}").st_ino  # noqa: PTH116 - as above
