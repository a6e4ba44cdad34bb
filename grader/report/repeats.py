"""The same failure in several checks of an exercise: it is told once, and referred to after that."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from grader.lab import FailureData


@dataclass
class Told:
    """What has been told of an exercise: by the title of its check, each failure."""

    _failures: list[tuple[str, FailureData]] = field(default_factory=list)

    def add(self, title: str, failure: FailureData) -> None:
        """Note that a failure has been told."""
        self._failures.append((title, failure))

    def same(self, failure: FailureData) -> str | None:
        """Return the title of the check that failed in the very same way; None if there is none.

        Of an event, such as a standstill, it is enough that it has the same cause and came about in the same lines.
        """
        for title, other in self._failures:
            if _essence(failure) == _essence(other) and (
                failure.kind == other.kind == "event" or _details(failure) == _details(other)
            ):
                return title
        return None

    def similar(self, failure: FailureData) -> str | None:
        """Return the title of the check that failed for the same reason with other figures; None if there is none."""
        for title, other in self._failures:
            if failure.lines and _essence(failure) == _essence(other):
                return title
        return None

    def news(self, failure: FailureData) -> FailureData:
        """Return of a failure what a similar one hasn't told, and what a repeated output needn't tell again."""
        if self.similar(failure) is not None:
            return msgspec.structs.replace(failure, lines=[], timeline=[], question="", output="")
        if any(failure.output == other.output for _, other in self._failures):
            return msgspec.structs.replace(failure, output="")
        return failure


def _essence(failure: FailureData) -> tuple[str, str, list[tuple[int, str]]]:
    return failure.verdict, failure.question, [(note.line, note.source) for note in failure.lines]


def _details(failure: FailureData) -> tuple[str, str, list[str]]:
    return failure.observed, failure.expected, [note.note for note in failure.lines]
