"""What every format is made from: the report, and what isn't in it but depends on where this is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from grader.lab.safe import clean
from grader.report.commands import Commands

if TYPE_CHECKING:
    from pathlib import Path

    from grader.grading import Report

NOT_OURS = "The grader itself failed. This is not your mistake, and it costs you nothing: this is no grade."


@dataclass(frozen=True)
class Graded:
    """One grading, as formats tell of it.

    Attributes:
        report: the results.
        asked: the exercises that were to be graded, such as ``concurrency/fundamentals``.
        source: the submission's folder as seen from the repository's; empty if it is the same, None if it is elsewhere.
        commands: how the reader calls the grader.
    """

    report: Report
    asked: tuple[str, ...] = ()
    source: str | None = None
    commands: Commands = field(default_factory=Commands)

    @property
    def missing(self) -> list[str]:
        """The exercises that were asked for and have no result."""
        judged = {result.id for result in self.report.exercises}
        return [name for name in self.asked if name not in judged]

    @property
    def no_grade(self) -> str:
        """Why this is no grade, for the student; empty if it is one.

        A grade is the sum over every check of what was asked for. Where the grader failed, or somebody pressed Ctrl-C,
        the points that weren't reached weren't lost either.
        """
        if not self.report.could_judge:
            return NOT_OURS
        if not self.report.exercises or self.missing or not self.report.complete:
            return "Not every check was run, so this is no grade."
        return ""

    def path(self, file: str) -> str:
        """Return a file of the submission as seen from the repository's folder; empty if it isn't in there."""
        if self.source is None or not file:
            return ""
        return clean(f"{self.source}/{file}" if self.source else file)


def source_folder(tree: Path, repository: Path) -> str | None:
    """Return where a submission is in a repository: a path with slashes, empty for all of it; None if elsewhere."""
    try:
        inside = tree.resolve().relative_to(repository.resolve()).as_posix()
    except ValueError:
        return None
    return "" if inside == "." else inside
