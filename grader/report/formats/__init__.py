"""Formats that other systems read: docs/formats.md says what each is, and how each says that something is no grade."""

from __future__ import annotations

from grader.report.formats._classroom import runner_id, to_outputs, to_runners
from grader.report.formats._classroom50 import to_classroom50, to_release_body
from grader.report.formats._github import to_annotations, to_summary
from grader.report.formats._graded import Graded, source_folder
from grader.report.formats._gradescope import to_gradescope
from grader.report.formats._junit import to_junit
from grader.report.formats._markdown import to_markdown
from grader.report.formats._outlets import Outlet, outlet

__all__ = [
    "Graded",
    "Outlet",
    "outlet",
    "runner_id",
    "source_folder",
    "to_annotations",
    "to_classroom50",
    "to_gradescope",
    "to_junit",
    "to_markdown",
    "to_outputs",
    "to_release_body",
    "to_runners",
    "to_summary",
]
