"""Judge, witness, supervisor and worker: from a submission to a report that it can't forge."""

from __future__ import annotations

from grader.grading.grading import (
    Grading,
    InterruptedGradingError,
    IsolationError,
    NoSuchCheckError,
    NotExploredError,
    Step,
    exercise_result,
    grade,
)
from grader.grading.isolation import LEVELS, Isolation
from grader.grading.judging import Judged, Session, judge
from grader.grading.limits import DEFAULT_LIMITS, Limits
from grader.grading.model import Authority, CheckResult, ExerciseResult, Flag, Report
from grader.grading.reference import CorruptRecordError, Record, make_record, read_record, stale, write_record
from grader.grading.runs import Run, Runs
from grader.grading.timelines import Timelines, make_timelines, read_timelines, write_timelines
from grader.grading.workers import WorkerPlayer

__all__ = [
    "DEFAULT_LIMITS",
    "LEVELS",
    "Authority",
    "CheckResult",
    "CorruptRecordError",
    "ExerciseResult",
    "Flag",
    "Grading",
    "InterruptedGradingError",
    "Isolation",
    "IsolationError",
    "Judged",
    "Limits",
    "NoSuchCheckError",
    "NotExploredError",
    "Record",
    "Report",
    "Run",
    "Runs",
    "Session",
    "Step",
    "Timelines",
    "WorkerPlayer",
    "exercise_result",
    "grade",
    "judge",
    "make_record",
    "make_timelines",
    "read_record",
    "read_timelines",
    "stale",
    "write_record",
    "write_timelines",
]
