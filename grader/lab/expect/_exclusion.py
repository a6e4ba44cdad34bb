"""Expectations about mutual exclusion: never two at once, and yet everybody ready and waiting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.lab.expect._fail import fail
from grader.lab.expect._results import returned
from grader.lab.expect._timing import all_done, at_work, own_threads
from grader.lab.seen import NANOSECONDS, TOLERANCE
from grader.lab.words import count, duration

if TYPE_CHECKING:
    from grader.lab.seen import Seen


def one_at_a_time(seen: Seen, *, seconds: float) -> None:
    """Expect that never two jobs or requests were in progress at once, and that the next always began at once.

    The exclusion is witnessed by the judge; the makespan is simulated time, and exact.

    Raises:
        Failure: two were in progress at once, or the call took more or less than `seconds`.
    """
    returned(seen)
    at_work(seen)
    noun = seen.noun
    where = "in flight" if noun == "request" else "in progress"
    if seen.peak > 1:
        fail(
            seen,
            f"Several {noun}s were {where} at the same time.",
            observed=f"{count(seen.peak, noun)} were {where} at once; took {duration(seen.seconds)}",
            expected=f"never more than one; {duration(seconds)}",
            timeline=seen.timeline(),
            question="Do all threads use the same lock, and is it held from begin to end?",
        )
    if abs(seen.seconds - seconds) > TOLERANCE:
        slow = seen.seconds > seconds
        fail(
            seen,
            f"Between two {noun}s, nothing was {where}."
            if slow
            else f"The call returned before the {noun}s were done.",
            observed=f"took {duration(seen.seconds)}",
            expected=duration(seconds),
            lines=seen.where_time_went(),
            timeline=seen.timeline(),
            question=f"When one {noun} ends, does the next begin at once?" if slow else "What waits for the last one?",
        )


def started_first(seen: Seen) -> None:
    """Expect a thread for each job or request, all of them started before the first one ended. This is self-reported.

    Raises:
        Failure: some had no thread of their own, or began only when others had ended.
    """
    all_done(seen)
    own_threads(seen)
    number = len(seen.cast.keys)
    ends = [event.time for event in seen.observation.events if event.kind == seen.noun]
    first_end = min(ends, default=0)
    starts = [event for event in seen.observation.events if event.kind == "thread_start"]
    late = [event for event in starts if event.time >= first_end]
    early = len(starts) - len(late)
    if early < number and late:
        fail(
            seen,
            f"Not all threads were started before the first {seen.noun} ended.",
            observed=f"{early} of {count(number, 'thread')} had been started after {duration(first_end / NANOSECONDS)}",
            expected=f"{count(number, 'thread')}, of which all but one wait for their turn",
            lines=seen.note(late[0].place, f"started a thread only after {duration(late[0].time / NANOSECONDS)}"),
            timeline=seen.timeline(),
            question="Does the loop that starts the threads wait for something?",
        )
