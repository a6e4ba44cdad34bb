"""What the programs that read a format do with it, as far as points and refusals go: rules read in their own code.

The reporter of the Classroom actions and Classroom 50's runner come from no package registry; so their arithmetic and
their refusals are written down once more. Programs that can be installed read the real files in grader/tests/consumers.
"""

from __future__ import annotations

import base64
import json
import re
import xml.etree.ElementTree as ET
from typing import Any, NamedTuple

ENVIRONMENT_VALUE_LIMIT = 128 * 1024
COMMAND = re.compile(r"\s*::[\w-]+[^:]*::|.*##\[")


def xml(text: str) -> ET.Element:
    """Parse XML as strictly as anybody does."""
    return ET.fromstring(text)  # noqa: S314 - our own


class Reported(NamedTuple):
    """What the reporter says: by its table, by its notice, the total, and whether the step is green."""

    table: float
    notice: int
    total: int
    green: bool


def classroom_reporter(outputs: str) -> Reported:
    """Do what the Classroom actions' reporter does with a step's outputs."""
    table, notice, total, statuses = 0.0, 0, 0, []
    for line in outputs.splitlines():
        name, _, value = line.partition("=")
        if name == "result":
            continue
        assert re.fullmatch(r"[a-z0-9-]+", name), name
        assert len(f"{name.upper()}_RESULTS={value}") < ENVIRONMENT_VALUE_LIMIT
        result = json.loads(base64.b64decode(value, validate=True))
        assert result["version"] == 1
        statuses.append(result["status"])
        passed = sum(test["status"] == "pass" for test in result["tests"])
        table += passed / len(result["tests"]) * result["max_score"]
        for test in result["tests"]:
            assert type(test["score"]) is type(result["max_score"]) is type(test["line_no"]) is int
            for printed in (test["name"], *test["message"].split("\n")):
                assert not COMMAND.match(printed), printed
        if result["max_score"]:
            notice += sum(test["score"] for test in result["tests"])
            total += result["max_score"]
    assert set(statuses) <= {"pass", "fail", "error"}
    return Reported(table, notice, total, green=set(statuses) == {"pass"})


def classroom50_refusal(result: Any, environment: dict[str, str]) -> str:  # noqa: ANN401 - any JSON value
    """Say what Classroom 50 would refuse of a `result.json`; an empty text if nothing."""
    known = {"schema", "classroom", "assignment", "submission", "commit", "release", "review", "datetime", "score",
             "max-score", "tests"}  # fmt: skip
    scored = [result, *result["tests"]]
    faults = {
        "fields": set(result) != known or result["schema"] != "classroom50/result/v1",
        "identity": any(result[name.lower()] != environment[name] for name in ("CLASSROOM", "ASSIGNMENT")),
        "submission": not result["submission"].startswith("submit/"),
        "links": not all(isinstance(result[name], str) and result[name] for name in ("commit", "release", "review")),
        "datetime": not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", result["datetime"]),
        "type of score": any(type(one["score"]) is not int or type(one["max-score"]) is not int for one in scored),
        "score": not all(0 <= one["score"] <= one["max-score"] for one in scored),
        "test": not all(test["test-name"] and type(test["passed"]) is bool for test in result["tests"]),
    }
    return ", ".join(name for name, found in faults.items() if found)


_GRADESCOPE = {
    "score": int, "execution_time": float, "output": str, "output_format": str, "test_output_format": str,
    "test_name_format": str, "visibility": str, "stdout_visibility": str, "extra_data": dict, "tests": list,
    "leaderboard": list,
}  # fmt: skip
_GRADESCOPE_TEST = {
    "score": int, "max_score": int, "status": str, "name": str, "name_format": str, "number": str, "output": str,
    "output_format": str, "tags": list, "visibility": str, "extra_data": dict,
}  # fmt: skip


def gradescope_score(results: Any) -> int | None:  # noqa: ANN401 - any JSON value
    """Return the score that Gradescope takes from a `results.json`; None if it takes it for a failure of the grader."""
    for known, found in [(_GRADESCOPE, results), *((_GRADESCOPE_TEST, test) for test in results["tests"])]:
        for name, value in found.items():
            assert type(value) is known[name], name
        for name in ("output_format", "name_format"):
            assert found.get(name, "text") in {"text", "html", "simple_format", "md", "ansi"}
        assert found.get("status", "passed") in {"passed", "failed"}
        assert found.get("visibility") in {None, "hidden", "after_due_date", "after_published", "visible"}
    if "score" in results:
        return int(results["score"])
    if not results["tests"] or any("score" not in test for test in results["tests"]):
        return None
    return int(sum(test["score"] for test in results["tests"]))
