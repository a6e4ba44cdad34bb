"""GitHub's log and the summary of a step: annotations at the student's lines, and Markdown."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, NamedTuple

from grader.lab.words import count
from grader.report.formats._escaping import command_property, command_text
from grader.report.formats._markdown import to_markdown
from grader.report.formats._telling import UNJUDGED, brief, title

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.report.formats._graded import Graded

ANNOTATIONS = 10
"""That many of a step are shown."""

SUMMARY_LIMIT = 900 * 1024
"""Bytes. GitHub drops a step's summary as a whole if it has more than 1 MiB."""


class Fence(NamedTuple):
    """Two lines of a log between which nothing is taken for a command.

    Attributes:
        begin: the line before.
        end: the line after.
    """

    begin: str
    end: str


def new_fence() -> Fence:
    """Make a fence that nobody can know beforehand."""
    token = secrets.token_hex(16)
    return Fence(f"::stop-commands::{token}\n", f"::{token}::\n")


def to_summary(graded: Graded, used: int = 0) -> str:
    """Return the Markdown for a step's summary.

    Args:
        graded: what is told.
        used: bytes that the step's summary has already.
    """
    return to_markdown(graded, max(SUMMARY_LIMIT - used, 0))


def to_annotations(graded: Graded) -> str:
    """Return the commands that annotate the student's lines, one line each, at most `ANNOTATIONS` of them."""
    every = list(_annotations(graded))
    if len(every) > ANNOTATIONS:
        left = count(len(every) - ANNOTATIONS + 1, "annotation")
        words = f"{left} more than GitHub shows: the summary and the log have everything."
        every[ANNOTATIONS - 1 :] = [_annotation("notice", "And more", words)]
    return "".join(every)


def _annotations(graded: Graded) -> Iterator[str]:
    if graded.no_grade:
        yield _annotation("warning", "Not graded", graded.no_grade)
    for result in graded.report.exercises:
        if result.problem is not None:
            where = graded.path(result.checks[0].file)
            yield _annotation("error", f"{result.id} can't be run", brief(result.problem), where, result.checks[0].line)
            continue
        if not result.started:  # nothing is wrong with what hasn't been begun
            continue
        for check in result.checks:
            named = f"{result.id}: {title(check)}"
            if check.verdict == "error":
                yield _annotation("warning", named, UNJUDGED)
            elif check.failure is not None:
                yield _annotation("error", named, brief(check.failure), graded.path(check.file), check.line)


def _annotation(level: str, title: str, text: str, file: str = "", line: int = 0) -> str:
    properties = {"file": file, "line": str(line or 1), "title": title} if file else {"title": title}
    written = ",".join(f"{name}={command_property(value)}" for name, value in properties.items())
    return f"::{level} {written}::{command_text(text)}\n"
