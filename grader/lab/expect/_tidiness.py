"""Expectations about what is left when a call is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.lab.expect._fail import fail
from grader.lab.failure import LineNote
from grader.lab.words import count

if TYPE_CHECKING:
    from grader.lab.observation import Left
    from grader.lab.seen import Seen

_QUESTIONS = {
    "thread": "did you forget join(), or the pool's shutdown?",
    "task": "did you forget to await it?",
    "coroutine": "did you forget `await`?",
    "socket": "did you forget close()?",
}


def nothing_left(seen: Seen, *kinds: str) -> None:
    """Expect that no thread, task, socket, session or never-awaited coroutine is left behind.

    Args:
        seen: the run.
        kinds: only these kinds, such as ``thread``; none means all.

    Raises:
        Failure: something is left; it is named.
    """
    left = [item for item in seen.observation.left if not kinds or item.kind in kinds]
    if left:
        first = left[0]
        fail(
            seen,
            f"{_what(first)}: {_QUESTIONS.get(first.kind, 'did you forget to close it?')}",
            observed=f"{count(len(left), first.kind)} left behind",
            expected="nothing left when the call is over",
            lines=[LineNote(first.line, seen.line(first.line), "is where it was")] if first.line else [],
            timeline=seen.timeline(),
        )
    if not kinds or "session" in kinds:
        sessions_closed(seen)


def sessions_closed(seen: Seen) -> None:
    """Expect that every HTTP session that was made is closed.

    Raises:
        Failure: one is still open.
    """
    still_open = [item for item in seen.observation.sessions if not item.closed and item.door == "aiohttp"]
    if still_open:
        fail(
            seen,
            "A session was left open: did you forget to close it?",
            observed=f"{len(still_open)} of {count(len(seen.observation.sessions), 'session')} never closed",
            expected="every ClientSession closed when the call is over",
            question="What closes the session, also when something fails? `async with` does.",
        )


def one_session(seen: Seen) -> None:
    """Expect that all requests went through one session, which is closed.

    Raises:
        Failure: there were more sessions, or none was used.
    """
    used = [item for item in seen.observation.sessions if item.requests and item.door == "aiohttp"]
    if len(used) != 1:
        verdict = "The requests did not share one session." if used else "No request went through an aiohttp session."
        fail(
            seen,
            verdict,
            observed=f"{count(len(used), 'session')} for {count(len(seen.cast.keys), 'request')}",
            expected="one session for all of them",
            question="Where is the session made: once, or for each request?" if used else "",
        )
    sessions_closed(seen)


def _what(item: Left) -> str:
    match item.kind:
        case "thread":
            return f"{item.name} was still running after your function returned"
        case "task":
            return f"The task {item.name} was still pending after your function returned"
        case "coroutine":
            return f"The coroutine {item.name} was never awaited"
        case "socket":
            return f"The socket made in line {item.line} was still open after your function returned"
    return f"A {item.kind} was left behind"
