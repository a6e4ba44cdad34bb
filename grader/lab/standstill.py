"""A standstill in words: who waits for what, held by whom, at which lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.lab.failure import LineNote
    from grader.lab.observation import Stop, Waiter
    from grader.lab.seen import Seen

_TOO_LONG_TO_NAME = 8
_BY_THE_STANDSTILL = frozenset({"stopped", "died"})
"""Why requests are given up that end only because everything does."""

_NOBODY = "Who should wake it up, and why has that not happened?"
_CALLS = {"result_iterator": "Executor.map"}
"""Functions inside the standard library, by the names that their callers know."""


def who_waits(stop: Stop | None) -> list[str]:
    """Say of each thread and task what it waits for."""
    waiters = _worth_telling(stop)
    more = [f"and {len(waiters) - _TOO_LONG_TO_NAME} more"] if len(waiters) > _TOO_LONG_TO_NAME else []
    return [*map(_waiter_words, waiters[:_TOO_LONG_TO_NAME]), *more]


def _worth_telling(stop: Stop | None) -> list[Waiter]:
    """Leave out threads that wait only because the tasks of their event loops do, and idle ones of a pool."""
    waiters = [] if stop is None else stop.waiters
    tasks = any(waiter.kind == "await" for waiter in waiters)
    told = [waiter for waiter in waiters if waiter.place is not None or waiter.holder is not None]
    return [waiter for waiter in told or waiters if not (tasks and waiter.kind == "select")]


def _waiter_words(waiter: Waiter) -> str:
    where = f" in line {waiter.place.line}" if waiter.place is not None else ""
    call = f"{_CALLS.get(waiter.place.call, waiter.place.call)}()" if waiter.place and waiter.place.call else "a lock"
    what = {
        "lock": f"waits for {'a lock' if waiter.holder is not None else call}",
        "join": f"waits for the end of {waiter.detail}",
        "sleep": "waits for time to pass",
        "select": "waits for a socket or an event",
        "socket": f"waits for {waiter.detail}" if " " in waiter.detail else f"waits for {waiter.detail}() on a socket",
        "pipe": "waits for a pipe",
        "await": f"awaits {waiter.detail or 'something'}",
        "start": "waits for its turn",
    }.get(waiter.kind, "waits")
    words = f"{waiter.name} {what}{where}"
    if waiter.holder is not None:
        held = f", taken in line {waiter.holder_place.line}" if waiter.holder_place is not None else ""
        ended = ", which has ended" if waiter.holder_done else ""
        holder = "itself" if waiter.holder == waiter.name else waiter.holder
        words += f", held by {holder}{ended}{held}"
    return words


def lines_that_wait(seen: Seen, stop: Stop | None) -> list[LineNote]:
    """Name the lines at which the program stands."""
    waiters = _worth_telling(stop)
    lines: list[LineNote] = []
    for waiter in waiters:
        for note in seen.note(waiter.place, f"{waiter.name} waits here for ever"):
            if all(note.line != other.line for other in lines):
                lines.append(note)
    return lines[:4]


def likely_cause(seen: Seen, stop: Stop | None) -> str:
    """Return the likely cause of a deadlock, as a question."""
    waiters = _worth_telling(stop)
    kinds = {waiter.kind for waiter in waiters}
    holds = any(waiter.holder is not None for waiter in waiters)
    for_sockets = bool(kinds & {"select", "socket"})
    silent = _waits_for_silence(seen)
    causes = (
        # Who holds a lock and waits for a silent server keeps the others waiting, too, but the lock isn't at fault.
        (silent and "socket" in kinds, "Does every request have a timeout?"),
        (holds, "Are the locks always taken in the same order, and released by whoever took them?"),
        (
            for_sockets and _nothing_sent(seen),
            "No request has been sent yet: who waits for an answer before anything was asked?",
        ),
        (silent, "Does every request have a timeout?"),
        (
            seen.scenario.processes is not None,
            "Has the process that is waited for ended without sending anything?",
        ),
        (
            for_sockets,
            "Who should send something to the sockets that are waited for, and what ends the wait if nobody does?",
        ),
    )
    return next((question for applies, question in causes if applies), _NOBODY)


def _nothing_sent(seen: Seen) -> bool:
    """Tell whether there are cases, and none of them has reached its server; a refused one can't."""
    begun = seen.witness.keys("begin")
    return bool(seen.cast.sent) and all(getattr(seen.cast.items.get(key), "kind", "") == "refused" for key in begun)


def _waits_for_silence(seen: Seen) -> bool:
    """Tell whether a request is in flight that is never answered."""
    over = {
        entry.key
        for entry in seen.witness.entries
        if entry.kind == "abandon" and entry.details.get("why") not in _BY_THE_STANDSTILL
    }
    begun = set(seen.witness.keys("begin")) - over
    return any(getattr(item, "kind", "") == "silent" and key in begun for key, item in seen.cast.items.items())
