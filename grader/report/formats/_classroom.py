"""What the Classroom actions' reporter reads: one runner for each exercise, in the outputs of a step.

The reporter sums twice, once over the tests that passed and once over their scores, and the two agree only if all tests
of a runner weigh the same. So a check of two points is written as two tests of one point each.
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from grader.report.formats._escaping import clipped
from grader.report.formats._telling import LIMIT, LOST, UNJUDGED, title, told

if TYPE_CHECKING:
    from grader.grading import CheckResult, ExerciseResult
    from grader.report.formats._graded import Graded

_STATUS = {"pass": "pass", "fail": "fail", "skip": "fail", "error": "error"}
"""Anything else would give a green step."""

_VALUE_LIMIT = 64 * 1024
"""Characters of one runner's result. It travels as one variable of the environment, which may have 128 KiB, and all
variables together 2 MiB."""


def runner_id(exercise: str) -> str:
    """Return the name of an exercise's runner: ``concurrency-http-api``."""
    return exercise.replace("/", "-").replace("_", "-")


def to_runners(graded: Graded) -> dict[str, dict[str, Any]]:
    """Return the result of each runner by its name, in the order of the exercises.

    If the report is no grade, no runner has points to reach: the reporter then announces none at all, where a sum over
    what happened to be judged would look like one. What could not be judged has the status ``error``.
    """
    runners = {runner_id(result.id): _fitting(graded, result) for result in graded.report.exercises}
    missing = {runner_id(name): _unjudged(name, LOST) for name in graded.missing}
    return {**runners, **missing} or {"grader": _unjudged("grader", LOST)}


def to_outputs(graded: Graded) -> str:
    """Return the lines for the file of a step's outputs: one for each runner, and ``result`` if there is only one."""
    values = {name: encoded(result) for name, result in to_runners(graded).items()}
    if len(values) == 1:
        values["result"] = next(iter(values.values()))
    return "".join(f"{name}={value}\n" for name, value in values.items())


def encoded(result: dict[str, Any]) -> str:
    """Return a runner's result as the reporter reads it."""
    return base64.b64encode(json.dumps(result).encode("ascii")).decode("ascii")


def _fitting(graded: Graded, result: ExerciseResult) -> dict[str, Any]:
    """Return a runner's result with messages that are short enough."""
    if result.verdict == "error":
        return _unjudged(result.id, UNJUDGED)
    texts = [told(graded, result, check) for check in result.checks]
    limit = LIMIT
    runner = _runner(graded, result, texts)
    while limit and len(encoded(runner)) > _VALUE_LIMIT:
        limit //= 2
        runner = _runner(graded, result, [clipped(text, limit) for text in texts])
    return runner


def _runner(graded: Graded, result: ExerciseResult, texts: list[str]) -> dict[str, Any]:
    return {
        "version": 1,
        "status": _STATUS[result.verdict],
        "max_score": 0 if graded.no_grade else result.max_points,
        "tests": [
            _test(check, number, text, graded.path(check.file)) | ({"score": 0} if graded.no_grade else {})
            for check, text in zip(result.checks, texts, strict=True)
            for number in range(1, check.max_points + 1)
        ],
    }


def _test(check: CheckResult, number: int, text: str, file: str) -> dict[str, Any]:
    part = f" (point {number} of {check.max_points})" if check.max_points > 1 else ""
    return {
        "name": f"{title(check)}{part}",
        "status": _STATUS[check.verdict],
        "score": 1 if check.verdict == "pass" else 0,
        "message": text if number == 1 else "See the first point of this check.",
        "test_code": "",
        "filename": file,
        "line_no": check.line,
        "duration": 0,
    }


def _unjudged(name: str, words: str) -> dict[str, Any]:
    test = {"name": name, "status": "error", "score": 0, "message": words, "test_code": "", "filename": "",
            "line_no": 0, "duration": 0}  # fmt: skip
    return {"version": 1, "status": "error", "max_score": 0, "tests": [test]}
