"""The report as one self-contained HTML page."""

from __future__ import annotations

from grader.report.html.page import report_page

__all__ = ["report_page"]
