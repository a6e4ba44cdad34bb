"""Remembering what has been worked out for a code object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType

T = TypeVar("T")

_MANY = 2_000


class Seen(Generic[T]):
    """Something worked out once for each code object.

    A scenario that loads a module afresh each time makes new code objects each time; equal ones count as one.

    Attributes:
        by_id: what has been worked out, by the code object's identity, which is quicker to look up than the object.
    """

    def __init__(self, work_out: Callable[[CodeType], T]) -> None:
        self.by_id: dict[int, T] = {}
        self._work_out = work_out
        self._by_value: dict[CodeType, T] = {}
        self._kept: list[CodeType] = []

    def learn(self, code: CodeType) -> T:
        """Return what belongs to `code`, from now on also found under its identity."""
        found = self._by_value.get(code)
        if found is None:
            found = self._by_value[code] = self._work_out(code)
        # Kept alive, or another object could get its identity.
        self._kept.append(code)
        self.by_id[id(code)] = found
        return found

    def forget(self) -> list[CodeType]:
        """Forget identities, between runs, and return the code objects that had them."""
        kept, self._kept = self._kept, []
        self.by_id.clear()
        return kept

    @property
    def many(self) -> bool:
        """Whether so many code objects are kept that they should be forgotten."""
        return len(self._kept) > _MANY
