"""Classroom 50: `result.json` in the form `classroom50/result/v1`, and the text of the submission's release."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from grader.errors import BadInputError
from grader.report.formats._markdown import to_markdown
from grader.report.formats._telling import title, told

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from grader.report.formats._graded import Graded

_SCHEMA = "classroom50/result/v1"
_FIELDS = {
    "classroom": "CLASSROOM",
    "assignment": "ASSIGNMENT",
    "submission": "SUBMISSION_TAG",
    "commit": "COMMIT_URL",
    "release": "RELEASE_URL",
}
_BODY_LIMIT = 100_000
"""Bytes. GitHub takes 125,000 characters for a release's text."""


def require_identity(environment: Mapping[str, str]) -> None:
    """Look whether Classroom 50 says whose submission this is; without it, the whole result would count as an error.

    Raises:
        BadInputError: a variable is missing; the message names it.
    """
    missing = [name for name in _FIELDS.values() if not environment.get(name)]
    if missing:
        names = ", ".join(missing)
        msg = (
            f"--format classroom50 runs in Classroom 50's runner, which sets {names} in the environment. Here it isn't."
        )
        raise BadInputError(msg)


def to_classroom50(graded: Graded, environment: Mapping[str, str], now: datetime) -> str:
    """Return `result.json`; only for a report that is a grade.

    Whoever runs Classroom 50 takes no fields but these, and overwrites who handed in and when.

    Args:
        graded: what is told.
        environment: of Classroom 50's runner.
        now: the time, in UTC.
    """
    given = {field: environment[name] for field, name in _FIELDS.items()}
    tests: list[dict[str, Any]] = [
        {
            "test-name": f"{result.id}: {title(check)}",
            "passed": check.verdict == "pass",
            "score": check.points,
            "max-score": check.max_points,
            "message": told(graded, result, check),
        }
        for result in graded.report.exercises
        for check in result.checks
    ]
    written = {
        "schema": _SCHEMA,
        **given,
        "review": environment.get("REVIEW_URL") or given["commit"],
        "datetime": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "score": graded.report.points,
        "max-score": graded.report.max_points,
        "tests": tests,
    }
    return json.dumps(written, indent=2) + "\n"


def to_release_body(graded: Graded) -> str:
    """Return `release-body.md`, which the student is shown."""
    return to_markdown(graded, _BODY_LIMIT)
