"""Reports, all made from the one model of `grader.grading.model`."""

from __future__ import annotations

from grader.report.commands import Commands
from grader.report.files import UnwritableError, require_writable, write_file
from grader.report.folder import ReportFolder
from grader.report.json_report import to_json
from grader.report.screen import Screen
from grader.report.svg import Panel, timeline_svg
from grader.report.terminal import TerminalReport

__all__ = [
    "Commands",
    "Panel",
    "ReportFolder",
    "Screen",
    "TerminalReport",
    "UnwritableError",
    "require_writable",
    "timeline_svg",
    "to_json",
    "write_file",
]
