"""Flags: facts for instructors about a submission. They are never points, and never change a verdict."""

from __future__ import annotations

from grader.grading.flags._kinds import KINDS, Kind
from grader.grading.flags._origin import origin_flags
from grader.grading.flags._runs import run_flags
from grader.grading.flags._source import source_flags

__all__ = ["KINDS", "Kind", "origin_flags", "run_flags", "source_flags"]
