"""Expectations about cancellation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.lab.expect._fail import fail
from grader.lab.seen import NANOSECONDS, TOLERANCE
from grader.lab.words import duration, join_words

if TYPE_CHECKING:
    from grader.lab.seen import Seen


def cancelled(seen: Seen, positions: list[int], *, at: float, verdict: str) -> None:
    """Expect that jobs were cancelled at a time, and had finished their clean-up when the call ended.

    Args:
        seen: the run.
        positions: which jobs, from 0.
        at: simulated seconds after the call; self-reported. That the clean-up came before the end is witnessed.
        verdict: the sentence for jobs that were not cancelled.

    Raises:
        Failure: one went on, was cancelled at another time, or was not waited for.
    """
    keys = [seen.cast.keys[position] for position in positions]
    noted = set(seen.before_return("note"))
    untouched = [seen.position(key) for key in keys if key not in noted or not seen.notes(key, "cancelled")]
    if untouched:
        fail(
            seen,
            verdict,
            observed=f"{_jobs(untouched)} went on, and had seen no CancelledError when the call ended",
            expected=f"cancelled after {duration(at)}",
            timeline=seen.timeline(),
            question="Who cancels the jobs that are still running?",
        )
    start = _began(seen)
    for key in keys:
        when = max(0, seen.notes(key, "cancelled")[0].time - start) / NANOSECONDS
        if abs(when - at) > TOLERANCE:
            fail(
                seen,
                "The jobs were not all cancelled at once.",
                observed=f"{_jobs([seen.position(key)])} was cancelled after {duration(when)}",
                expected=f"after {duration(at)}",
                timeline=seen.timeline(),
                question="What happens between the failure and the cancelling of the others?",
            )
    done = set(seen.before_return("abandon"))
    hanging = [seen.position(key) for key in keys if key not in done]
    if hanging:
        fail(
            seen,
            "The call ended before the cancelled jobs had finished their clean-up.",
            observed=f"{_jobs(hanging)} {'was' if len(hanging) == 1 else 'were'} still cleaning up when the call ended",
            expected="the call ends when every job has finished its clean-up",
            timeline=seen.timeline(),
            question="What awaits the jobs after they have been cancelled?",
        )


def _began(seen: Seen) -> int:
    """Return when the first job began: that is when the call did, in simulated nanoseconds."""
    return min((entry.time for entry in seen.witness.entries if entry.kind == "begin"), default=0)


def _jobs(positions: list[int]) -> str:
    names = join_words([str(position) for position in positions])
    return f"job {names}" if len(positions) == 1 else f"jobs {names}"
