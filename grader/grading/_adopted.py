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
from collections.abc import Collection, Iterator

DEATH_SIGNAL = 1
DUMPABLE = 4
CHILD_SUBREAPER = 36
NO_NEW_PRIVS = 38

_PATIENCE_SECONDS = 10.0
_PARENT = 1


def prctl(option: int, value: int) -> None:
    """Set a property of this process, where the system knows it; see ``prctl(2)``."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def end_children(spare: Collection[int] = (), session: int = 0) -> int:
    """End and collect every process below this one.

    Those that have ended are collected only when all have: until then they count against the limit of processes, so
    a program that starts processes faster than they can be ended comes to an end as well.

    Args:
        spare: children to leave alone.
        session: the session that the processes may be in without being strays.

    Returns:
        How many had left the session.
    """
    strays: set[int] = set()
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        found = [pid for pid in children() if pid not in spare]
        for pid in found:
            with contextlib.suppress(OSError):
                if os.getsid(pid) != session:
                    strays.add(pid)
                os.kill(pid, signal.SIGKILL)
        if all(map(has_ended, found)):
            for pid in found:
                collect(pid)
            if not found and not (any_left() and not spare):
                break
        else:
            time.sleep(0.001)
    return len(strays)


def children() -> list[int]:
    """List the children of this process, whichever of its threads started them. It may miss some that change just now."""
    found: list[int] = []
    try:
        for task in os.listdir("/proc/self/task"):
            with contextlib.suppress(ProcessLookupError), open(f"/proc/self/task/{task}/children", "rb") as listing:
                found += [int(pid) for pid in listing.read().split()]
    except FileNotFoundError:
        # Not Linux, or one whose kernel doesn't keep this list.
        return list(_searched())
    return found


def has_ended(pid: int) -> bool:
    """Tell whether a child has ended, without collecting it: its number stays taken."""
    try:
        return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    except ChildProcessError:
        return True


def collect(pid: int) -> int | None:
    """Collect a child that has ended; return how, as `os.waitstatus_to_exitcode` says it, or None if it hasn't."""
    try:
        ended, status = os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return None
    return os.waitstatus_to_exitcode(status) if ended else None


def any_left() -> bool:
    """Tell whether this process has any child, ended or not."""
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


def _searched() -> Iterator[int]:
    """Yield this process's children by looking at all processes."""
    with contextlib.suppress(FileNotFoundError):
        for name in os.listdir("/proc"):
            if name.isdigit():
                with contextlib.suppress(OSError), open(f"/proc/{name}/stat", "rb") as status:
                    # What follows the name, which may hold anything, in brackets: the state, then the parent.
                    if int(status.read().rpartition(b")")[2].split()[_PARENT]) == os.getpid():
                        yield int(name)
