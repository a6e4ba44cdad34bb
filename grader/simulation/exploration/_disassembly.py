"""The instructions of a code object, disassembled once for all that look at them."""

from __future__ import annotations

import dis
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import CodeType

_KEPT = 1_000


@lru_cache(maxsize=_KEPT)
def instructions_of(code: CodeType) -> tuple[dis.Instruction, ...]:
    """Return the instructions of `code`; those of an equal code object are the same ones."""
    return tuple(dis.get_instructions(code))
