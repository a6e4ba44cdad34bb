"""The C library, opened once: to open it anew takes longer than what it is then asked to do."""

from __future__ import annotations

import ctypes
import functools


@functools.cache
def libc() -> ctypes.CDLL:
    """Return it; `ctypes.get_errno` tells why its last call failed."""
    return ctypes.CDLL(None, use_errno=True)
