"""Gradescope's `results.json`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from grader.report.formats._telling import LOST, circumstances, faults, title, told

if TYPE_CHECKING:
    from grader.grading import CheckResult, ExerciseResult
    from grader.report.formats._graded import Graded


def to_gradescope(graded: Graded) -> str:
    """Return `results.json`.

    If the report is no grade, there is no score in it, neither for all nor for a test: Gradescope then says that the
    autograder failed and records none, while a score of 0 would count.
    """
    scored = not graded.no_grade
    tests = [
        _test(graded, result, check, f"{index}.{number}", scored=scored)
        for index, result in enumerate(graded.report.exercises, 1)
        for number, check in enumerate(result.checks, 1)
    ]
    lost = graded.missing or ([] if tests else ["grader"])
    tests += [{"name": name, "name_format": "text", "output": LOST, "output_format": "text"} for name in lost]
    written: dict[str, Any] = {"score": graded.report.points} if scored else {}
    words = "\n\n".join(filter(None, [graded.no_grade, faults(graded)]))
    written |= {"output": words, "output_format": "text"} if words else {}
    return (
        json.dumps({**written, "visibility": "visible", "extra_data": circumstances(graded), "tests": tests}, indent=2)
        + "\n"
    )


def _test(graded: Graded, result: ExerciseResult, check: CheckResult, number: str, *, scored: bool) -> dict[str, Any]:
    test: dict[str, Any] = {"name": f"{result.id}: {title(check)}", "name_format": "text", "number": number}
    if scored:
        test |= {"score": check.points, "max_score": check.max_points}
    if check.verdict != "error":
        test["status"] = "passed" if check.verdict == "pass" else "failed"
    text = told(graded, result, check)
    test |= {"output": text, "output_format": "text"} if text else {}
    return {**test, "visibility": "visible"}
