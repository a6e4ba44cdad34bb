"""What suites are made of: scenarios, checks and expectations; and the types that HTTP exercises use.

A suite reads like this::

    from grader.lab import call, check, expect, jobs

    FIVE_JOBS = call("run_concurrently", jobs(5, seconds=2))

    @check("Five jobs of 2 s take 2 s, all in progress at once", task=1, points=2, scenario=FIVE_JOBS)
    def test_jobs_overlap(seen):
        expect.overlap(seen, at_once=5, seconds=2)
"""

from __future__ import annotations

from grader.lab import expect
from grader.lab.checks import Check, check
from grader.lab.failure import CannotJudgeError, Failure, FailureData
from grader.lab.http_types import ApiCase, ApiResult
from grader.lab.scenario import (
    Scenario,
    answer,
    arguments,
    async_jobs,
    call,
    call_async,
    cases,
    job,
    jobs,
    play,
    refused,
    silent,
    with_processes,
    work,
)
from grader.lab.seen import Seen

__all__ = [
    "ApiCase",
    "ApiResult",
    "CannotJudgeError",
    "Check",
    "Failure",
    "FailureData",
    "Scenario",
    "Seen",
    "answer",
    "arguments",
    "async_jobs",
    "call",
    "call_async",
    "cases",
    "check",
    "expect",
    "job",
    "jobs",
    "play",
    "refused",
    "silent",
    "with_processes",
    "work",
]
