"""The judge's own record of what began and ended, and of nothing else.

Jobs and mocked requests announce themselves, and collect what they return, from here. What they return is random and
known to the judge alone, so a program that has not done the work can't know the results, and one that works one by one
can't show an overlap.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from grader.lab.observation import moment

_ENTRY_LIMIT = 10_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One announcement, in the order of arrival.

    Attributes:
        kind: ``begin``, ``end`` or ``abandon``; ``repeat`` for a second begin of the same key, ``late`` for an end of
            what is not in progress, ``unknown`` for a key that was never handed out, ``note`` for anything else that
            a job tells.
        key: which job or request.
        details: what the announcing side says about it; not witnessed.
    """

    kind: str
    key: str
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def time(self) -> int:
        """Simulated nanoseconds at which it was, as the announcing side says."""
        return moment(self.details.get("time"))


class Witness:
    """Counts each expected key once, and hands out its payload once, between its begin and its end."""

    def __init__(self, payloads: dict[str, Any]) -> None:
        self._payloads = payloads
        self._open: set[str] = set()
        self._begun: set[str] = set()
        self.entries: list[Entry] = []
        self.peak = 0

    def begin(self, key: str, details: dict[str, Any]) -> None:
        """Note that the work named `key` begins."""
        if key not in self._payloads:
            self._add("unknown", key, details)
        elif key in self._begun:
            self._add("repeat", key, details)
        else:
            self._begun.add(key)
            self._open.add(key)
            self.peak = max(self.peak, len(self._open))
            self._add("begin", key, details)

    def end(self, key: str) -> Any:  # noqa: ANN401 - payloads are any JSON value
        """Note that the work named `key` is over, and hand out its payload; None if it isn't in progress."""
        if key not in self._open:
            self._add("late" if key in self._payloads else "unknown", key, {})
            return None
        self._open.remove(key)
        self._add("end", key, {})
        return self._payloads[key]

    def abandon(self, key: str, details: dict[str, Any]) -> None:
        """Note that the work named `key` ended without a result."""
        kind = "abandon" if key in self._open else "late" if key in self._payloads else "unknown"
        self._open.discard(key)
        self._add(kind, key, details)

    def note(self, key: str, details: dict[str, Any]) -> None:
        """Note what a job tells about itself."""
        self._add("note", key, details)

    def forget(self) -> None:
        """Forget everything, for a run that is made again from the beginning."""
        self._open.clear()
        self._begun.clear()
        self.entries.clear()
        self.peak = 0

    def keys(self, kind: str) -> list[str]:
        """Return the keys of the entries of one kind, in order of arrival."""
        return [entry.key for entry in self.entries if entry.kind == kind]

    def details(self, key: str) -> dict[str, Any]:
        """Return what was said when `key` began; empty if it never did."""
        return next((entry.details for entry in self.entries if entry.kind == "begin" and entry.key == key), {})

    def _add(self, kind: str, key: str, details: dict[str, Any]) -> None:
        if len(self.entries) < _ENTRY_LIMIT:
            self.entries.append(Entry(kind, key, details))
