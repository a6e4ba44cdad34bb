"""Expectations about where a program waits: in one place that watches over everything, or in a call for one thing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.lab.expect._fail import fail
from grader.lab.seen import NANOSECONDS, spent_in
from grader.lab.words import count, duration, times

if TYPE_CHECKING:
    from grader.lab.failure import Lane
    from grader.lab.observation import Happening
    from grader.lab.seen import Seen

_BLOCKING: dict[object, tuple[str, str]] = {
    "sleep": ("a sleep", "Which call sleeps too, but wakes up as soon as a socket is ready?"),
    "lock": ("waiting for a lock", "Who else is there, in one thread, that could hold it or wake the one who waits?"),
    "join": ("waiting for a thread", "Why is there another thread at all?"),
    "socket": ("a blocking socket", "Is every socket non-blocking, and is it used only when it is ready?"),
    "pipe": ("a blocking pipe", "Is it among what is waited for, and used only when it is ready?"),
}
"""What each kind of wait is called, and the question for whoever has one."""


def never_blocked(seen: Seen) -> None:
    """Expect that the program used one thread, which waited only where it watches all its sockets, as in `select`.

    Both are self-reported.

    Raises:
        Failure: it started a thread, waited in a call for one thing alone, or looked again and again.
    """
    events = seen.observation.events
    started = [event for event in events if event.kind == "thread_start" and event.place is not None]
    if started:
        fail(
            seen,
            "It used threads.",
            observed=f"{count(len(started), 'thread')} started",
            expected="everything in the one thread of the caller",
            lines=seen.note(started[0].place, "started a thread"),
            question="What could the one thread do while a socket isn't ready?",
        )
    blocked = [event for event in events if _is_blocking(event)]
    if blocked:
        _fail_blocked(seen, blocked)
    never_busy(
        seen,
        expected="it sleeps in select() until a socket is ready",
        question="Which call waits until any of the sockets is ready?",
    )


def never_busy(seen: Seen, *, expected: str, question: str) -> None:
    """Expect that the program never looked again and again for something to happen. That is self-reported.

    Raises:
        Failure: it did; what is `expected` instead, and the `question`, are the concept's own.
    """
    busy = [event for event in seen.observation.events if event.kind == "spin" and event.place is not None]
    if busy:
        fail(
            seen,
            "It looked again and again instead of waiting.",
            observed=f"it was busy looking for {duration(sum(map(spent_in, busy)) / NANOSECONDS)}",
            expected=expected,
            lines=seen.note(busy[0].place, "looks without waiting"),
            timeline=_requests(seen),
            question=question,
        )


def _is_blocking(event: Happening) -> bool:
    return (
        event.kind == "wait" and event.place is not None and event.data.get("wait") in _BLOCKING and spent_in(event) > 0
    )


def _fail_blocked(seen: Seen, blocked: list[Happening]) -> None:
    event = max(blocked, key=spent_in)
    spent = spent_in(event) / NANOSECONDS
    what, question = _BLOCKING[event.data.get("wait")]
    call = f"{event.place.call}()" if event.place is not None and event.place.call else what
    in_all = sum(map(spent_in, blocked)) / NANOSECONDS
    often = f"; {times(len(blocked))}, {duration(in_all)} in all" if len(blocked) > 1 else ""
    fail(
        seen,
        "A call blocked the only thread: for every other socket, time stood still.",
        observed=f"{call} took {duration(spent)}{often}",
        expected="only select(), or what does the same for all sockets, waits",
        lines=seen.note(event.place, f"blocked for {duration(spent)}"),
        timeline=_requests(seen),
        question=question,
    )


def _requests(seen: Seen) -> list[Lane]:
    """Draw the requests; jobs aren't the program's own here."""
    return seen.timeline() if seen.cast.sent else []
