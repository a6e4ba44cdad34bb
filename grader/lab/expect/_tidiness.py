"""Expectations about what is left when a call is over."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.lab.expect._fail import fail
from grader.lab.words import count, join_words

if TYPE_CHECKING:
    from grader.lab.failure import LineNote
    from grader.lab.observation import Left, Session
    from grader.lab.seen import Seen

_QUESTIONS = {
    "process": "did you forget join(), or the pool's shutdown?",
    "thread": "did you forget join(), or the pool's shutdown?",
    "task": "did you forget to await it?",
    "coroutine": "did you forget `await`?",
    "socket": "did you forget close()?",
}


@dataclass(frozen=True, slots=True)
class _SessionWords:
    """How the users of a library speak of its sessions.

    Attributes:
        kind: what one is, with its article.
        session: the name of its class.
        made: what the line did that is known of one.
        made_some: the same of a line that is known of several, before their number.
        closes: what closes one in any case.
        many: the question to whoever has more than one.
    """

    kind: str
    session: str
    made: str
    made_some: str
    closes: str
    many: str


_WORDS = {
    "aiohttp": _SessionWords(
        "an aiohttp session",
        "ClientSession",
        "made it",
        "made",
        "`async with`",
        "Where is the session made: once, or for each request?",
    ),
    # Known from its first request on: the line is the one that sent that.
    "requests": _SessionWords(
        "a session of requests",
        "Session",
        "used it first",
        "used",
        "`with`",
        "Where is the session made: once, or for each request? requests.post() makes one each time.",
    ),
}


def nothing_left(seen: Seen, *kinds: str) -> None:
    """Expect that no process, thread, task, socket, session or never-awaited coroutine is left behind.

    Args:
        seen: the run.
        kinds: only these kinds, such as ``thread``; none means all.

    Raises:
        Failure: something is left; it is named.
    """
    left = [item for item in seen.observation.left if not kinds or item.kind in kinds]
    if left:
        first = left[0]
        numbers = Counter(item.kind for item in left)
        fail(
            seen,
            f"{_what(first)}: {_QUESTIONS.get(first.kind, 'did you forget to close it?')}",
            observed=f"{join_words([count(number, kind) for kind, number in numbers.items()])} left behind",
            expected="nothing left when the call is over",
            lines=seen.note_line(first.line, "is where it was" if first.kind in {"thread", "task"} else "made it"),
            timeline=seen.timeline(),
        )
    if not kinds or "session" in kinds:
        sessions_closed(seen)


def sessions_closed(seen: Seen, door: str = "aiohttp") -> None:
    """Expect that every HTTP session that was made with a library, the `door`, is closed.

    A session of `requests` is known from its first request on, and one that `requests.post` makes for itself is
    closed by it.

    Raises:
        Failure: one is still open.
    """
    sessions = _sessions(seen, door)
    still_open = [item for item in sessions if not item.closed]
    if still_open:
        words = _WORDS[door]
        fail(
            seen,
            "A session was left open: did you forget to close it?",
            observed=f"{len(still_open)} of {count(len(sessions), 'session')} never closed",
            expected=f"every {words.session} closed when the call is over",
            lines=seen.note_line(still_open[0].line, words.made),
            question=f"What closes the session, also when something fails? {words.closes} does.",
        )


def one_session(seen: Seen, door: str = "aiohttp") -> None:
    """Expect that all requests went through one session of a library, the `door`, which is closed.

    Raises:
        Failure: there were more sessions, or none was used.
    """
    used = [item for item in _sessions(seen, door) if item.requests]
    if len(used) != 1:
        words = _WORDS[door]
        verdict = "The requests did not share one session." if used else f"No request went through {words.kind}."
        fail(
            seen,
            verdict,
            observed=f"{count(len(used), 'session')} for {count(len(seen.cast.keys), 'request')}",
            expected="one session for all of them",
            lines=_made(seen, [item.line for item in used], words),
            question=words.many if used else "Which library sends the requests?",
        )
    sessions_closed(seen, door)


def _sessions(seen: Seen, door: str) -> list[Session]:
    return [item for item in seen.observation.sessions if item.door == door]


def _made(seen: Seen, made: list[int], words: _SessionWords) -> list[LineNote]:
    """Name the lines that made sessions, and how many each did."""
    return [
        note
        for line, number in list(Counter(made).items())[:3]
        for note in seen.note_line(line, f"{words.made_some} {count(number, 'session')}")
    ]


def _what(item: Left) -> str:
    match item.kind:
        case "process":
            return f"{item.name or 'A process'} was still running when your function returned, or was never joined"
        case "thread":
            return f"{item.name or 'A thread'} was still running after your function returned"
        case "task":
            return (
                f"{f'The task {item.name}' if item.name else 'A task'} was still pending after your function returned"
            )
        case "coroutine":
            return f"{f'The coroutine {item.name}' if item.name else 'A coroutine'} was never awaited"
        case "socket":
            made = f"The socket made in line {item.line}" if item.line else "A socket"
            return f"{made} was still open after your function returned"
    return f"A {item.kind} was left behind"
