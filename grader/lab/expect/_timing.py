"""Expectations about time, overlap and order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.lab.expect._fail import fail
from grader.lab.expect._results import returned
from grader.lab.seen import TOLERANCE
from grader.lab.words import count, duration, join_words

if TYPE_CHECKING:
    from grader.lab.seen import Seen


def overlap(seen: Seen, *, at_once: int, seconds: float) -> None:
    """Expect `at_once` jobs or requests in progress at the same time, and a makespan of `seconds`.

    The overlap is witnessed by the judge; the makespan is simulated time, and exact.

    Raises:
        Failure: fewer overlapped, or the call took more or less time.
    """
    returned(seen)
    noun, peak = seen.noun, seen.peak
    if peak < at_once:
        verdict = f"The {noun}s ran one after another." if peak <= 1 else f"Only {peak} {noun}s were in progress at once."
        question = f"Do you wait for each {noun} before you start the next?" if peak <= 1 else _limit_question(noun)
        _fail_time(seen, verdict, at_once, seconds, question)
    if peak > at_once:
        at_most(seen, at_once)
    if seen.seconds > seconds + TOLERANCE:
        _fail_time(
            seen, "The call took longer than it has to.", at_once, seconds, f"When does the next {noun} begin?"
        )
    if seen.seconds < seconds - TOLERANCE:
        _fail_time(seen, f"The call returned before the {noun}s were done.", at_once, seconds, _JOIN_QUESTION)


def makespan(seen: Seen, seconds: float, verdict: str = "", question: str = "") -> None:
    """Expect that the call took exactly `seconds` of simulated time.

    Raises:
        Failure: it took more or less.
    """
    if abs(seen.seconds - seconds) <= TOLERANCE:
        return
    slow = seen.seconds > seconds
    fail(
        seen,
        verdict or ("The call took too long." if slow else "The call returned too early."),
        observed=f"took {duration(seen.seconds)}",
        expected=_time_words(seen, seconds),
        lines=seen.where_time_went(),
        timeline=seen.timeline(),
        question=question,
    )


def at_most(seen: Seen, limit: int) -> None:
    """Expect never more than `limit` jobs or requests in progress at once.

    Raises:
        Failure: there were more.
    """
    if seen.peak > limit:
        fail(
            seen,
            f"Too many {seen.noun}s were in flight at once.",
            observed=f"{seen.peak} {seen.noun}s were in flight at the same time",
            expected=f"never more than {limit}",
            timeline=seen.timeline(),
            question="What keeps the next one waiting until another has ended?",
        )


def all_done(seen: Seen) -> None:
    """Expect that every job had begun, and ended, before the call returned or raised.

    Raises:
        Failure: one had not.
    """
    begun = set(seen.before_return("begin"))
    ended = {*seen.before_return("end"), *seen.before_return("abandon")}
    missing = [seen.position(key) for key in seen.cast.keys if key not in begun]
    running = [seen.position(key) for key in seen.cast.keys if key in begun and key not in ended]
    if running:
        names = join_words([str(position) for position in running])
        many = f"{seen.noun}s {names} were" if len(running) > 1 else f"{seen.noun} {names} was"
        fail(
            seen,
            f"The call ended before every {seen.noun} was done.",
            observed=f"{many} still running when it ended, after {duration(seen.seconds)}",
            expected=f"it ends when all {count(len(seen.cast.keys), seen.noun)} have ended",
            timeline=seen.timeline(),
            question=_JOIN_QUESTION,
        )
    if missing:
        names = join_words([str(position) for position in missing])
        fail(
            seen,
            f"Not every {seen.noun} was started.",
            observed=f"{seen.noun} {names} never began",
            expected=f"each of the {count(len(seen.cast.keys), seen.noun)} runs, whatever happens to the others",
            question="What skips the rest?",
        )


def once_each(seen: Seen) -> None:
    """Expect that every job ran exactly once.

    Raises:
        Failure: one ran twice, or never.
    """
    repeated = seen.witness.keys("repeat")
    if repeated:
        fail(
            seen,
            f"{seen.noun.capitalize()} {seen.position(repeated[0])} was started twice.",
            observed=f"it began {repeated.count(repeated[0]) + 1} times",
            expected="once each",
            question="Is it called in two places, or in a loop that goes on?",
        )
    all_done(seen)


def own_threads(seen: Seen) -> None:
    """Expect that each job ran in a thread of its own, and none in the caller's. The threads are self-reported.

    Raises:
        Failure: two jobs shared a thread, or one ran in the caller's.
    """
    returned(seen)
    threads = [seen.witness.details(key).get("thread") for key in seen.witness.keys("begin")]
    in_caller = threads.count(0)
    if in_caller:
        fail(
            seen,
            "A job ran in the caller's own thread.",
            observed=f"{count(in_caller, 'job')} of {len(threads)} ran in the thread that called",
            expected="each job in a thread of its own",
            lines=seen.where_time_went(),
            question="Is the job handed to the thread, or called before the thread starts?",
        )
    if len(set(threads)) < len(threads):
        fail(
            seen,
            "Jobs had to share a thread.",
            observed=f"{len(threads)} jobs ran in {count(len(set(threads)), 'thread')}",
            expected="each job in a thread of its own",
            question="How many threads are there for these jobs?",
        )


def one_thread(seen: Seen) -> None:
    """Expect that every job ran in the caller's thread. The threads are self-reported.

    Raises:
        Failure: one ran in another.
    """
    threads = {seen.witness.details(key).get("thread") for key in seen.witness.keys("begin")}
    if threads - {0}:
        fail(
            seen,
            "The jobs ran in threads of their own.",
            observed=f"{count(len(threads), 'thread')} ran them",
            expected="all on the one thread of the event loop",
            question="Who starts a thread, or another event loop?",
        )


def loop_never_blocked(seen: Seen) -> None:
    """Expect that nothing made the event loop stand still.

    Raises:
        Failure: a blocking call did.
    """
    blocked = [event for event in seen.observation.events if event.data.get("blocks_loop")]
    if not blocked:
        return
    event = max(blocked, key=lambda event: event.time - int(event.data.get("began") or 0))
    spent = (event.time - int(event.data.get("began") or 0)) / 1_000_000_000
    name = (event.place.call if event.place is not None else "") or str(event.data.get("wait"))
    fail(
        seen,
        "The event loop was blocked: no other task could run.",
        observed=f"{name} stopped everything for {duration(spent)}" + (f", {len(blocked)} times" if len(blocked) > 1 else ""),
        expected="only `await` waits",
        lines=seen.note(event.place, f"blocked the loop for {duration(spent)}"),
        timeline=seen.timeline(),
        question="Which call here waits without `await`?",
    )


_JOIN_QUESTION = "What waits for the last one to finish?"


def _limit_question(noun: str) -> str:
    return f"What limits how many {noun}s can run at the same time?"


def _fail_time(seen: Seen, verdict: str, at_once: int, seconds: float, question: str) -> None:
    were = "was" if seen.peak == 1 else "were"
    fail(
        seen,
        verdict,
        observed=f"took {duration(seen.seconds)}; at most {count(seen.peak, seen.noun)} {were} in progress at once",
        expected=f"{_time_words(seen, seconds)}; {at_once} at once",
        lines=seen.where_time_went(),
        timeline=seen.timeline(),
        question=question,
    )


def _time_words(seen: Seen, seconds: float) -> str:
    if seen.reference is not None and abs(seen.reference.makespan - seconds) <= TOLERANCE:
        return f"{duration(seconds)}, as the reference takes"
    return duration(seconds)
