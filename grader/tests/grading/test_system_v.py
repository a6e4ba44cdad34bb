"""Removing System V memory, semaphores and queues that a worker left."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

import pytest

from grader.grading._system_v import remove_shared

USER = 61_001
"""A number that no slot gives to its workers."""

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is nothing to see of them"),
    pytest.mark.skipif(sys.platform == "linux" and os.geteuid() != 0, reason="only root can become another user"),
]


def leave(user: int) -> None:
    """Leave one of each kind behind, as another user."""
    pid = os.fork()
    if pid == 0:
        try:
            os.setresuid(user, user, user)
            libc = ctypes.CDLL(None)
            for made in (libc.shmget(0, 4096, 0o600), libc.semget(0, 1, 0o600), libc.msgget(0, 0o600)):
                assert made >= 0
            os._exit(0)
        finally:
            os._exit(1)
    assert os.waitpid(pid, 0)[1] == 0


def left(user: int) -> int:
    """Count what belongs to a user."""
    rows = [line.split() for path in Path("/proc/sysvipc").iterdir() for line in path.read_text().splitlines()]
    return sum(str(user) in row for row in rows)


def test_what_a_user_has_left_is_removed() -> None:
    """All three kinds of that user are gone, and what is another's stays."""
    leave(USER)
    leave(USER + 1)
    assert (left(USER), left(USER + 1)) == (3, 3)
    remove_shared(USER)
    assert (left(USER), left(USER + 1)) == (0, 3)
    remove_shared(USER + 1)
    assert left(USER + 1) == 0
