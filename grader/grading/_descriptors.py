"""Descriptors that a process has open."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_BEYOND = 1 << 12
"""More than processes of ours have."""


def close_all_but(kept: Iterable[int]) -> None:
    """Close all descriptors of this process but some."""
    first = 0
    for descriptor in sorted(kept):
        _close(first, descriptor)
        first = descriptor + 1
    _close(first, _BEYOND)


def _close(first: int, beyond: int) -> None:
    if first < beyond:  # Python 3.11 takes an empty range that begins at 0 for all that there are
        os.closerange(first, beyond)
