"""What the tests of the mock API share: a witness that writes everything down."""

from __future__ import annotations

from typing import Any


class Witness:
    """Keeps what it hears as tuples of kind and key, answers ``{"key": KEY}``, and each key only once."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, ...]] = []
        self.details: list[dict[str, Any]] = []
        self._answered: set[str] = set()

    def begin(self, key: str, details: dict[str, Any]) -> None:
        """Write down a begin."""
        self.heard.append(("begin", key))
        self.details.append(details)

    def end(self, key: str) -> Any:  # noqa: ANN401 - as announcers return
        """Write down an end."""
        self.heard.append(("end", key))
        if key in self._answered:
            return None
        self._answered.add(key)
        return {"key": key}

    def abandon(self, key: str, why: str) -> None:
        """Write down that there was no answer."""
        self.heard.append(("abandon", key, why))
