"""Addresses of Unix sockets, which may be no longer than about a hundred bytes."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST = 100
"""Bytes that every system accepts, and one for the end."""


@contextmanager
def usable(address: str) -> Iterator[str]:
    """Yield a short name of the same address, for as long as the block lasts.

    Raises:
        OSError: there is none: the system has no ``/proc``, or the folder is gone.
    """
    if len(os.fsencode(address)) <= _LONGEST:
        yield address
        return
    folder, name = os.path.split(address)
    descriptor = os.open(folder, getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{descriptor}/{name}"
    finally:
        os.close(descriptor)
