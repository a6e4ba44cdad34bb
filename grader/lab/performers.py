"""Who did what in a run: its threads, tasks and processes, what they are called, and their jobs and requests."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from grader.lab.seen import spent_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from grader.lab.observation import Happening
    from grader.lab.seen import Seen

_KINDS = frozenset({"job", "request"})


class Performer(NamedTuple):
    """Who did something: a thread, the task that it ran, or None, and the process, 0 for the one that called."""

    thread: int
    task: int | None
    process: int = 0


CALLER = Performer(0, None)
"""The thread in which the call was made."""


class Item(NamedTuple):
    """A job or request.

    Attributes:
        performer: who did it.
        key: which of the scenario's.
        began: simulated nanoseconds since the simulation began.
        ended: the same; if it never ended, when the run did.
        kind: ``job`` or ``request``; ``stuck`` if the run was stopped before it ended.
        line: the submission's that began it, where that is known; else 0.
    """

    performer: Performer
    key: str
    began: int
    ended: int
    kind: str
    line: int = 0

    @property
    def times(self) -> tuple[int, float]:
        """What items are ordered by."""
        return self.began, self.ended


def performer_of(event: Happening) -> Performer:
    """Return whose event it is."""
    return Performer(event.thread, event.task)


def line_of(event: Happening) -> int:
    """Return the submission's line in which an event happened; 0 if there is none."""
    return event.place.line if event.place is not None else 0


def started_by(event: Happening) -> Performer | None:
    """Return which thread or task an event started, or None."""
    number = event.data.get("started")
    if type(number) is not int:
        return None
    match event.kind:
        case "thread_start":
            return Performer(number, None)
        case "task_start":
            return Performer(event.thread, number)
    return None


def items_of(seen: Seen) -> list[Item]:
    """Return the scenario's jobs and requests, ordered by the times at which they began."""
    return sorted([*_ended(seen), *_unended(seen)], key=lambda item: item.times)


def end_of(seen: Seen) -> int:
    """Return the last instant of a run of which anything is known, in nanoseconds."""
    stop = seen.observation.stop
    return max([event.time for event in seen.observation.events] + ([stop.time] if stop is not None else []), default=0)


def crowded(items: Iterable[Item]) -> set[Performer]:
    """Return who had several jobs or requests in progress at once.

    Args:
        items: ordered by their times.
    """
    found = set()
    until: dict[Performer, int] = {}
    for item in items:
        if item.began < until.get(item.performer, 0):
            found.add(item.performer)
        until[item.performer] = max(item.ended, until.get(item.performer, 0))
    return found


def pooled(items: Iterable[Item]) -> set[Performer]:
    """Return all other processes if any of them did more than one job."""
    others = Counter(item.performer for item in items if item.performer.process)
    return set(others) if max(others.values(), default=0) > 1 else set()


def in_order(seen: Seen, performers: Iterable[Performer]) -> dict[Performer, str]:
    """Return what performers are called, in the order in which they are shown: by their numbers, processes at the end.

    Processes are numbered in the order of their jobs: in which order they began is luck.
    """
    processes = sorted((item for item in items_of(seen) if item.performer.process), key=lambda i: seen.position(i.key))
    ranks = {performer: rank for rank, performer in enumerate(dict.fromkeys(item.performer for item in processes), 1)}
    names = {CALLER: "caller", **{performer: f"process {rank}" for performer, rank in ranks.items()}}
    for event in seen.observation.events:
        performer = started_by(event)
        if performer is not None:
            name = str(event.data.get("name"))
            names[performer] = name if performer.task is None else f"task {performer.task} ({name})"
    ordered = sorted(performers, key=lambda one: (ranks.get(one, 0), one.thread, one.task or 0))
    return {performer: names.get(performer, _number(performer)) for performer in ordered}


def _number(performer: Performer) -> str:
    return f"thread {performer.thread}" if performer.task is None else f"task {performer.task}"


def _ended(seen: Seen) -> Iterator[Item]:
    processes = _processes(seen)
    for event in seen.observation.events:
        key = event.data.get("key")
        if event.kind in _KINDS and isinstance(key, str) and seen.position(key):
            performer = performer_of(event)._replace(process=processes.get(key, 0))
            yield Item(performer, key, event.time - spent_in(event), event.time, event.kind, line_of(event))


def _unended(seen: Seen) -> Iterator[Item]:
    ended = {event.data.get("key") for event in seen.observation.events if event.kind in _KINDS}
    processes = _processes(seen)
    end = end_of(seen)
    for entry in seen.witness.entries:
        if entry.kind == "begin" and entry.key not in ended and entry.time <= end:
            kind = "stuck" if seen.observation.stop is not None else seen.noun
            thread, task = entry.details.get("thread"), entry.details.get("task")
            # What an entry tells beside its key is the other side's word, of any type.
            thread, task = thread if type(thread) is int else 0, task if type(task) is int else None
            yield Item(Performer(thread, task, processes.get(entry.key, 0)), entry.key, entry.time, end, kind)


def _processes(seen: Seen) -> dict[str, int]:
    """Return which process did a job, where jobs run in processes; what runs in the simulation has a thread instead."""
    return {
        entry.key: entry.details["process"]
        for entry in seen.witness.entries
        if entry.kind == "begin" and "thread" not in entry.details and type(entry.details.get("process")) is int
    }
