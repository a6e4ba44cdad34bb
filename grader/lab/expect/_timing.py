"""Expectations about time, overlap and order."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from grader.lab.expect._fail import fail
from grader.lab.expect._results import returned
from grader.lab.seen import NANOSECONDS, TOLERANCE, spent_in
from grader.lab.words import count, duration, join_words, times

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
    if seen.scenario.processes is not None:
        # Who doesn't wait for processes has a peak that depends on luck.
        all_done(seen)
    at_work(seen)
    if peak < at_once:
        verdict = (
            f"Only {peak} {noun}s were in progress at once."
            if peak > 1
            else f"The {noun}s {_ran(seen)} one after another."
        )
        question = f"Do you wait for each {noun} before you start the next?" if peak <= 1 else _limit_question(noun)
        _fail_time(seen, verdict, at_once, seconds, question)
    if peak > at_once:
        at_most(seen, at_once)
    if seen.seconds > seconds + TOLERANCE:
        all_begin_at_once = at_once == len(seen.cast.keys)
        verdict = (
            "The call took longer than it has to."
            if all_begin_at_once
            else f"There were not always as many {noun}s in progress as there could be."
        )
        question = (
            f"What does the call wait for, apart from the {noun}s?"
            if all_begin_at_once
            else f"When one {noun} ends, does the next begin at once?"
        )
        _fail_time(seen, verdict, at_once, seconds, question)
    if seen.seconds < seconds - TOLERANCE:
        _fail_time(seen, f"The call returned before the {noun}s were done.", at_once, seconds, _JOIN_QUESTION)


def makespan(seen: Seen, seconds: float, question: str = "") -> None:
    """Expect that the call took exactly `seconds` of simulated time.

    Raises:
        Failure: it took more or less.
    """
    if abs(seen.seconds - seconds) <= TOLERANCE:
        return
    slow = seen.seconds > seconds
    fail(
        seen,
        "The call took too long." if slow else "The call returned too early.",
        observed=f"took {duration(seen.seconds)}",
        expected=_time_words(seen, seconds),
        lines=seen.where_time_went(),
        timeline=seen.timeline(),
        question=question,
    )


def at_work(seen: Seen) -> None:
    """Expect that anything was done at all.

    Raises:
        Failure: no job ran, or no request was sent.
    """
    if seen.cast.keys and not seen.witness.keys("begin"):
        number = len(seen.cast.keys)
        never_run = "The job was never run." if number == 1 else "The jobs were never run."
        fail(
            seen,
            never_run if seen.noun == "job" else "No request was sent.",
            observed=f"took {duration(seen.seconds)}, with nothing in progress",
            expected=count(number, seen.noun),
            question="Where is each one begun?",
        )


def given_up(seen: Seen, position: int, *, after: float, slack: float = 0.0) -> None:
    """Expect that the request at `position` (from 0) was given up `after` seconds. The times are self-reported.

    Args:
        seen: the run.
        position: which request.
        after: simulated seconds.
        slack: by how many seconds it may be earlier or later.

    Raises:
        Failure: it was given up earlier or later, or was still waiting when the call ended.
    """
    all_done(seen)
    key = seen.cast.keys[position]
    when = {entry.kind: entry.time for entry in seen.witness.entries if entry.key == key}
    waited = max(0, when.get("abandon", 0) - when["begin"]) / NANOSECONDS
    if abs(waited - after) > slack + TOLERANCE:
        longer = waited > after
        limit = f"{after:g} second{'' if after == 1 else 's'}"
        fail(
            seen,
            f"The silent server was waited for longer than {limit}."
            if longer
            else f"The silent server was not waited for {limit}.",
            observed=f"given up after {duration(waited)}",
            expected=f"after {duration(after)}",
            lines=seen.where_time_went(),
            timeline=seen.timeline(),
            question="Which timeout does each request have?",
        )


def at_most(seen: Seen, limit: int) -> None:
    """Expect never more than `limit` jobs or requests in progress at once.

    Raises:
        Failure: there were more.
    """
    at_work(seen)
    if seen.peak > limit:
        where = "in flight" if seen.noun == "request" else "in progress"
        fail(
            seen,
            f"More {seen.noun}s were {where} than the limit allows.",
            observed=f"{seen.peak} {seen.noun}s were {where} at the same time",
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
    if any(item.kind == "process" for item in seen.observation.left):
        # Whether a process that nobody waited for had begun its job by then is a matter of luck.
        running, missing = sorted(running + missing), []
    alone = len(seen.cast.keys) == 1
    if running:
        were = "was" if len(running) == 1 else "were"
        every = f"the {seen.noun} has" if alone else f"all {count(len(seen.cast.keys), seen.noun)} have"
        fail(
            seen,
            f"The call ended before {'the' if alone else 'every'} {seen.noun} was done.",
            observed=f"{_named(seen.noun, running)} {were} still running when it ended, after {duration(seen.seconds)}",
            expected=f"it ends when {every} ended",
            timeline=seen.timeline(),
            question=_JOIN_QUESTION,
        )
    if missing:
        every = f"the {seen.noun} runs" if alone else f"each of the {count(len(seen.cast.keys), seen.noun)} runs"
        fail(
            seen,
            f"The {seen.noun} was not started." if alone else f"Not every {seen.noun} was started.",
            observed=f"{_named(seen.noun, missing)} never began",
            expected=every if alone else f"{every}, whatever happens to the others",
            question="What skips it?" if len(missing) == 1 else "What skips the rest?",
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
            f"{seen.noun.capitalize()} {seen.position(repeated[0])} was started more than once.",
            observed=f"it began {times(repeated.count(repeated[0]) + 1)}",
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
    threads = _threads(seen)
    in_caller = threads.count(0)
    if in_caller:
        fail(
            seen,
            f"A {seen.noun} ran in the caller's own thread.",
            observed=f"{count(in_caller, seen.noun)} of {len(threads)} ran in the thread that called",
            expected=f"each {seen.noun} in a thread of its own",
            lines=seen.where_time_went(),
            question=f"Is the {seen.noun} handed to the thread, or called before the thread starts?",
        )
    if len(set(threads)) < len(threads):
        fail(
            seen,
            f"{seen.noun.capitalize()}s had to share a thread.",
            observed=f"{len(threads)} {seen.noun}s ran in {count(len(set(threads)), 'thread')}",
            expected=f"each {seen.noun} in a thread of its own",
            question=f"How many threads are there for these {seen.noun}s?",
        )


def own_processes(seen: Seen) -> None:
    """Expect that no job ran in the caller's process, and no two in one process at the same time.

    The processes are witnessed by the judge.

    Raises:
        Failure: one did.
    """
    returned(seen)
    outside_caller(seen)
    shared = _together_in_one_process(seen)
    if shared:
        fail(
            seen,
            f"Two {seen.noun}s ran in one process at the same time.",
            observed=f"{_named(seen.noun, list(shared))} shared a process",
            expected="one after another in each process",
            timeline=seen.timeline(),
            question="How many processes are there, and does any of them start threads?",
        )


def outside_caller(seen: Seen) -> None:
    """Expect that no job ran in the caller's process, whatever came of the call; witnessed by the judge.

    Raises:
        Failure: one did, or none ran at all.
    """
    at_work(seen)
    begun = [key for key in seen.witness.keys("begin") if key in seen.cast.items]
    in_caller = sum(seen.witness.details(key).get("process") == 0 for key in begun)
    if in_caller:
        fail(
            seen,
            f"A {seen.noun} ran in the caller's own process.",
            observed=f"{in_caller} of {count(len(begun), seen.noun)} ran in the process that called",
            expected="every one in another process",
            timeline=seen.timeline(),
            question="Is the work handed to a process, or called in the caller or in one of its threads?",
        )


def _together_in_one_process(seen: Seen) -> tuple[int, int] | None:
    """Return the positions of two jobs that were in progress in one process at the same time."""
    running: dict[object, str] = {}
    for entry in seen.witness.entries:
        if entry.kind == "begin":
            process = entry.details.get("process")
            if process in running:
                return seen.position(running[process]), seen.position(entry.key)
            running[process] = entry.key
        elif entry.kind in {"end", "abandon"}:
            running = {process: key for process, key in running.items() if key != entry.key}
    return None


def one_thread(seen: Seen) -> None:
    """Expect that every job or request ran in the caller's thread. The threads are self-reported.

    Raises:
        Failure: one ran in another.
    """
    threads = _threads(seen)
    elsewhere = len(threads) - threads.count(0)
    if elsewhere:
        fail(
            seen,
            f"The {seen.noun}s {_ran(seen)} in threads of their own.",
            observed=f"{elsewhere} of {count(len(threads), seen.noun)} {_ran(seen)} in other threads than the caller's",
            expected="all in the one thread of the caller",
            question="Who starts a thread, or another event loop?",
        )


def one_by_one(seen: Seen) -> None:
    """Expect never more than one job or request in progress, begun in their order, all in the caller's thread.

    Order and overlap are witnessed by the judge, the threads are self-reported. That none is missing, and how long the
    call took, is for others to expect.

    Raises:
        Failure: two overlapped, they were begun in another order, or one ran in another thread.
    """
    at_work(seen)
    where = "in flight" if seen.noun == "request" else "in progress"
    if seen.peak > 1:
        fail(
            seen,
            f"The {seen.noun}s were {where} at the same time.",
            observed=f"{seen.peak} {seen.noun}s were {where} at once",
            expected="one at a time: each ends before the next begins",
            timeline=seen.timeline(),
            question=f"What waits for the end of a {seen.noun} before the next one begins?",
        )
    order = [seen.position(key) for key in seen.witness.keys("begin")]
    for earlier, later in pairwise(order):
        if earlier > later:
            fail(
                seen,
                f"The {seen.noun}s {_ran(seen)} in another order than their own.",
                observed=f"{seen.noun} {earlier} began before {seen.noun} {later}",
                expected=f"{seen.noun} 1 first, then {seen.noun} 2, and so on",
                timeline=seen.timeline(),
                question="From which end is the list worked through?",
            )
    one_thread(seen)


def loop_never_blocked(seen: Seen) -> None:
    """Expect that nothing made the event loop stand still.

    Raises:
        Failure: a blocking call did.
    """
    blocked = [event for event in seen.observation.events if event.data.get("blocks_loop") and spent_in(event) > 0]
    if not blocked:
        return
    event = max(blocked, key=spent_in)
    spent = spent_in(event) / NANOSECONDS
    name = (event.place.call if event.place is not None else "") or _WAITS.get(event.data.get("wait"), "a call")
    in_all = sum(map(spent_in, blocked)) / NANOSECONDS
    often = f"; {times(len(blocked))}, {duration(in_all)} in all" if len(blocked) > 1 else ""
    fail(
        seen,
        "The event loop stood still: no other task could run.",
        observed=f"{name} stopped everything for {duration(spent)}{often}",
        expected="only `await` waits",
        lines=seen.note(event.place, f"blocked the loop for {duration(spent)}"),
        timeline=seen.timeline(),
        question="Which call here waits without `await`?",
    )


_JOIN_QUESTION = "What waits for the last one to finish?"

_WAITS: dict[object, str] = {
    "sleep": "a sleep",
    "lock": "waiting for a lock",
    "join": "waiting for a thread",
    "socket": "a blocking socket",
}


def _named(noun: str, positions: list[int]) -> str:
    names = join_words([str(position) for position in positions])
    return f"{noun} {names}" if len(positions) == 1 else f"{noun}s {names}"


def _threads(seen: Seen) -> list[int]:
    """Return the number of the thread that each item began in, in the order of beginning; 0 is the caller's."""
    found = [seen.witness.details(key).get("thread") for key in seen.witness.keys("begin")]
    return [thread if isinstance(thread, int) else -1 for thread in found]


def _ran(seen: Seen) -> str:
    return "ran" if seen.noun == "job" else "were sent"


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
