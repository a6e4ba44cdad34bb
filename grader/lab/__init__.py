"""What suites are made of: scenarios, checks and expectations; and the types that HTTP exercises use.

A suite reads like this::

    from grader.lab import call, check, expect, jobs

    FIVE_JOBS = call("run_concurrently", jobs(5, seconds=2))

    @check("Five jobs of 2 s take 2 s, all in progress at once", task=1, points=2, scenario=FIVE_JOBS)
    def test_jobs_overlap(seen):
        expect.overlap(seen, at_once=5, seconds=2)
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grader.lab import expect
    from grader.lab.checks import Check, check
    from grader.lab.failure import CannotJudgeError, Failure, FailureData
    from grader.lab.http_types import ApiCase, ApiResult
    from grader.lab.scenario import (
        Scenario,
        answer,
        arguments,
        async_jobs,
        broken,
        call,
        call_async,
        cases,
        dripping,
        explore,
        job,
        jobs,
        number,
        play,
        refused,
        silent,
        socket_cases,
        tokens,
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
    "broken",
    "call",
    "call_async",
    "cases",
    "check",
    "dripping",
    "expect",
    "explore",
    "job",
    "jobs",
    "number",
    "play",
    "refused",
    "silent",
    "socket_cases",
    "tokens",
    "with_processes",
    "work",
]

_MODULES = ("http_types", "scenario", "failure", "seen", "checks")


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever is asked for
    """Import what is asked for: submissions need the types alone, and each of their processes imports this anew.

    Raises:
        AttributeError: there is no such thing.
    """
    if name == "expect":
        return importlib.import_module(f"{__name__}.expect")
    for module in _MODULES if name in __all__ else ():
        found = vars(importlib.import_module(f"{__name__}.{module}")).get(name)
        if found is not None:
            globals()[name] = found
            return found
    msg = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(msg)
