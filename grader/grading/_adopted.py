"""Finding and ending processes that somebody left behind.

A process that adopts orphans gets every descendant whose parent has ended, however it hid. On Linux all of them can be
found; elsewhere only the process groups of the workers are ended.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
import time

DEATH_SIGNAL = 1
DUMPABLE = 4
CHILD_SUBREAPER = 36
NO_NEW_PRIVS = 38

_REAP_SECONDS = 5.0

_libc = ctypes.CDLL(None)


def prctl(option: int, value: int) -> None:
    """Set a property of this process, where the system knows it; see ``prctl(2)``."""
    if sys.platform == "linux":
        _libc.prctl(option, value, 0, 0, 0)


def adopt() -> set[int]:
    """Let this process adopt orphans from now on; return the children that it already has."""
    prctl(CHILD_SUBREAPER, 1)
    return set(children())


def end_all(spare: set[int]) -> None:
    """End and collect every child but those in `spare`, and whatever they leave to this process in turn."""
    deadline = time.monotonic() + _REAP_SECONDS
    while time.monotonic() < deadline:
        found = [pid for pid in children() if pid not in spare]
        if not found:
            return
        for pid in found:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
        time.sleep(0.001)


def end_descendants(session: int = 0, spare: set[int] | None = None) -> int:
    """End every process below this one, and collect it.

    Args:
        session: the session that the processes may be in without being strays.
        spare: children to leave alone; those of them that have ended are collected and taken out.

    Returns:
        How many had left the session.
    """
    strays: set[int] = set()
    deadline = time.monotonic() + _REAP_SECONDS
    while time.monotonic() < deadline:
        for pid in children():
            if spare is not None and pid in spare:
                if _collected(pid):
                    spare.discard(pid)
                continue
            with contextlib.suppress(OSError):
                if os.getsid(pid) != session:
                    strays.add(pid)
                os.kill(pid, signal.SIGKILL)
            _collected(pid)
        if not _any_left(spare):
            break
        time.sleep(0.001)
    return len(strays)


def children() -> list[int]:
    """List the children of this process, whichever of its threads started them."""
    found: list[int] = []
    with contextlib.suppress(OSError):
        for task in os.listdir("/proc/self/task"):
            with contextlib.suppress(OSError), open(f"/proc/self/task/{task}/children", encoding="ascii") as listing:
                found += [int(pid) for pid in listing.read().split()]
    return found


def _collected(pid: int) -> bool:
    with contextlib.suppress(ChildProcessError):
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    return True


def _any_left(spare: set[int] | None) -> bool:
    if spare:
        return any(pid not in spare for pid in children())
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True
