"""Finding and ending processes that somebody left behind.

A process that adopts orphans gets every descendant whose parent has ended, however it hid. On Linux all of them can
be found; elsewhere only the process groups of the workers are ended.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.grading._libc import libc
from grader.lab.proc import children

if TYPE_CHECKING:
    from collections.abc import Collection

DEATH_SIGNAL = 1
DUMPABLE = 4
CHILD_SUBREAPER = 36
NO_NEW_PRIVS = 38

_PATIENCE_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Ended:
    """How a child has ended.

    Attributes:
        status: its exit status, or the negative number of the signal that ended it.
        memory: the most memory that it used, in bytes.
        cpu: the processor time that it used, in seconds.
    """

    status: int
    memory: int
    cpu: float


def prctl(option: int, value: int) -> None:
    """Set a property of this process, where the system knows it; see ``prctl(2)``."""
    if sys.platform == "linux":
        libc().prctl(option, value, 0, 0, 0)


def die_with(parent: int) -> None:
    """End this process as soon as its parent ends, or now if that has happened already."""
    prctl(DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


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
        if not found and (spare or not _any_left()):
            break
        if all(map(has_ended, found)):
            for pid in found:
                collect(pid)
        else:
            time.sleep(0.001)
    return len(strays)


def has_ended(pid: int) -> bool:
    """Tell whether a child has ended, without collecting it: its number stays taken."""
    if not hasattr(os, "waitid"):  # macOS has it from Python 3.13 on
        return False
    try:
        return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    except ChildProcessError:
        return True


def collect(pid: int) -> Ended | None:
    """Collect a child that has ended; None if it hasn't, or has been collected before."""
    try:
        ended, status, usage = os.wait4(pid, os.WNOHANG)
    except ChildProcessError:
        return None
    if not ended:
        return None
    unit = 1 if sys.platform == "darwin" else 1024
    return Ended(os.waitstatus_to_exitcode(status), usage.ru_maxrss * unit, usage.ru_utime + usage.ru_stime)


def _any_left() -> bool:
    """Tell whether this process has any child, ended or not."""
    if not hasattr(os, "waitid"):
        return False
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


class ChildWatch:
    """Becomes readable when a child of this process has ended, so that a selector can wait for it."""

    def __init__(self) -> None:
        """Begin to watch; there is one watch in a process."""
        self._reader, self._writer = socket.socketpair()
        self._reader.settimeout(0)
        self._writer.settimeout(0)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)

    def fileno(self) -> int:
        """Return the descriptor, for selectors."""
        return self._reader.fileno()

    def clear(self) -> None:
        """Forget what has been told so far."""
        with contextlib.suppress(BlockingIOError):
            self._reader.recv(4096)

    def close(self) -> None:
        """Watch no longer; for a process that has been forked from the one that watched."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        self._reader.close()
        self._writer.close()
