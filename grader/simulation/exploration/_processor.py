"""Keeping threads that take turns on one processor."""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextlib.contextmanager
def one_processor() -> Iterator[None]:
    """Let the calling thread, and those that it starts, run on one processor; where that can't be had, go on without.

    Simulated threads run one at a time, so they lose nothing. They gain a factor of two: waking a thread on another
    processor takes longer than the thread's turn.
    """
    if sys.platform != "linux":
        yield
        return
    before = os.sched_getaffinity(0)
    try:
        current = ctypes.CDLL(None).sched_getcpu()
        os.sched_setaffinity(0, {current if current in before else min(before)})
    except (OSError, AttributeError):
        yield
        return
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            os.sched_setaffinity(0, before)
