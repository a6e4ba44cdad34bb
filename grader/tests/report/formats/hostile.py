"""Reports whose every text is hostile."""

from __future__ import annotations

import shlex
from typing import Any

from grader.grading import CheckResult
from grader.lab.failure import FailureData, Lane, LineNote, Segment, StepNote
from grader.report.formats import Graded
from grader.tests.report.made import exercise, failed, passed, report, unstarted

FORGERIES = (
    '\n::notice title=Autograding report::{"totalPoints":120,"maxPoints":120}',
    "\r\n   ::error file=x.py::boo",
    "##[add-mask]secret",
    "::stop-commands::x",
    "```\n</details><script>alert(1)</script>\n# Heading",
    "`````````",
    "a | b \\| c",
    "]]> <!-- &amp; -->",
    "\x00\x1b[31m\x07\x9b\ufffe\u2028\u202e",
    "\ud800 lone \udfff",
    "@octocat #1 https://example.com",
    '=cmd|" /C calc"!A0',
    "+1",
    "-1",
    "@SUM(1)",
)


def failure(text: str, **fields: Any) -> FailureData:  # noqa: ANN401 - any field
    """A failure that says this text wherever it can."""
    return FailureData(
        verdict=text,
        called=text,
        observed=text,
        expected=text,
        lines=[LineNote(3, text, text)],
        steps=[StepNote(text, 3, text, text)],
        timeline=[Lane(text, [Segment(0, 1, "job", text)])],
        question=text,
        output=text,
        **fields,
    )


def hostile(text: str = "".join(FORGERIES)) -> Graded:
    """A grading of which every text that can come from a submission is this one."""
    file = "concurrency/fundamentals.py"
    checks: list[CheckResult] = [
        passed(points=3, max_points=3, file=file),
        failed(failure(text), file=file, line=3, message=text, rerun=shlex.join(["--submission", text[:4_000]])),
        failed(unstarted(text), "test_todo", "Not begun", points=0, max_points=1, file=file),
        CheckResult(id="test_left", title="Nothing left", task=2, verdict="skip", points=0, max_points=4, message=text),
    ]
    broken = failure(text, kind="unloadable")
    return Graded(
        report(
            exercise(*checks),
            exercise(failed(broken, file="blocking/http_api.py", line=3), name="blocking/http_api", problem=broken),
            exercise(failed(unstarted(text)), name="non_blocking/http_api", started=False),
            submission=text,
        ),
        source="exercises",
    )
