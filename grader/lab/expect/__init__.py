"""Expectations: plain functions that judge a run and raise a `Failure` with everything the student needs to know.

They work on a `grader.lab.seen.Seen` and know nothing of pytest.
"""

from __future__ import annotations

from grader.lab.expect._cancelling import cancelled
from grader.lab.expect._exclusion import one_at_a_time, started_first
from grader.lab.expect._fail import fail
from grader.lab.expect._requests import all_sent, sent_as_asked, sent_once
from grader.lab.expect._results import (
    empty_for_none,
    raised,
    raised_by,
    raised_or_results,
    results,
    returned,
    some_error,
    value,
)
from grader.lab.expect._schedules import in_every_order, never_stuck
from grader.lab.expect._tidiness import nothing_left, one_session, sessions_closed
from grader.lab.expect._timing import (
    all_done,
    at_most,
    at_work,
    given_up,
    loop_never_blocked,
    makespan,
    once_each,
    one_by_one,
    one_thread,
    outside_caller,
    overlap,
    own_processes,
    own_threads,
)
from grader.lab.expect._waiting import never_blocked, never_busy

__all__ = [
    "all_done",
    "all_sent",
    "at_most",
    "at_work",
    "cancelled",
    "empty_for_none",
    "fail",
    "given_up",
    "in_every_order",
    "loop_never_blocked",
    "makespan",
    "never_blocked",
    "never_busy",
    "never_stuck",
    "nothing_left",
    "once_each",
    "one_at_a_time",
    "one_by_one",
    "one_session",
    "one_thread",
    "outside_caller",
    "overlap",
    "own_processes",
    "own_threads",
    "raised",
    "raised_by",
    "raised_or_results",
    "results",
    "returned",
    "sent_as_asked",
    "sent_once",
    "sessions_closed",
    "some_error",
    "started_first",
    "value",
]
