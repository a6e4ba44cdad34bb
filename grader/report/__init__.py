"""Reports, all made from the one model of `grader.grading.model`."""

from __future__ import annotations

from grader.report.files import UnwritableError, write_file
from grader.report.json_report import to_json
from grader.report.terminal import TerminalReport

__all__ = ["TerminalReport", "UnwritableError", "to_json", "write_file"]
