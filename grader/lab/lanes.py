"""What each thread and each task did, and when: the lanes of a picture, from the trace of a run."""

from __future__ import annotations

import bisect
import math
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

from grader.lab.failure import Lane, Segment
from grader.lab.seen import NANOSECONDS, spent_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from grader.lab.observation import Happening
    from grader.lab.seen import Seen

LANE_LIMIT = 60
"""Lanes that are told; more can't be taken in."""
SEGMENT_LIMIT = 500
"""Segments of one lane that are told."""

_ITEMS = frozenset({"job", "request"})
_WAITS = {"sleep": "sleep", "lock": "lock"}


class Actor(NamedTuple):
    """Who did something: a thread, the task that it ran, or None, and the process, 0 for the one that called."""

    thread: int
    task: int | None
    process: int = 0


class _Item(NamedTuple):
    """A job or request: who did it, from when to when, in nanoseconds."""

    actor: Actor
    key: str
    began: int
    ended: int
    kind: str


def lanes(seen: Seen) -> list[Lane]:
    """Return a lane for each thread and task that spent time: its jobs or requests, its waits, the locks that it held.

    What a job waits for is part of the job; one that only awaits is drawn as ``await``, and one that holds up its event
    loop as ``blocks``. Where a thread has several requests in progress at once, because its sockets don't block, each
    of them gets a lane of its own below. The same is done with the jobs of processes that did more than one: which
    process of a pool takes the next job is luck. Of a run that was stopped, whatever never ended is ``stuck``.
    """
    items = list(_items(seen))
    crowded = _crowded(items) | _pooled(items)
    own = _by_actor(item for item in items if item.actor not in crowded)
    segments: dict[Actor, list[Segment]] = defaultdict(list)
    awaited: dict[_Item, int] = defaultdict(int)
    blocking: set[_Item] = set()
    for event in _spans(seen):
        actor, spent = Actor(event.thread, event.task), spent_in(event)
        item = _around(event.time - spent, event.time, own.get(actor, []))
        kind = _kind(event)
        if item is None or kind == "hold":
            segments[actor].append(_segment(event.time - spent, event.time, kind))
        elif kind == "await":
            awaited[item] += spent
        elif kind == "blocks":
            blocking.add(item)
    for item in (item for found in own.values() for item in found):
        only_awaits = 0 < item.ended - item.began <= awaited[item] and item.kind != "stuck"
        kind = "blocks" if item in blocking else "await" if only_awaits else item.kind
        segments[item.actor].append(_segment(item.began, item.ended, kind, _label(seen, item.key)))
    for actor, since in _stuck(seen, items):
        segments[actor].append(_segment(since, _end(seen), "stuck"))
    names = _names(seen) | _process_names(seen, items)
    by_actor = [
        Lane(names.get(actor, _plain_name(actor)), _in_order(segments[actor]))
        for actor in _ordered(seen, segments, items)
    ]
    apart = {item.key: item for item in items if item.actor in crowded}
    by_item = [
        Lane(_label(seen, key), [_segment(apart[key].began, apart[key].ended, apart[key].kind, _label(seen, key))])
        for key in seen.cast.keys
        if key in apart
    ]
    return [*by_actor, *by_item][:LANE_LIMIT]


def _items(seen: Seen) -> Iterator[_Item]:
    """Yield the scenario's jobs and requests, those that never ended up to the end."""
    processes = _processes(seen)
    ended = set()
    for event in seen.observation.events:
        key = event.data.get("key")
        if event.kind in _ITEMS and isinstance(key, str) and seen.position(key):
            ended.add(key)
            actor = Actor(event.thread, event.task, processes.get(key, 0))
            yield _Item(actor, key, event.time - spent_in(event), event.time, event.kind)
    end = _end(seen)
    for entry in seen.witness.entries:
        if entry.kind == "begin" and entry.key not in ended and entry.time <= end:
            kind = "stuck" if seen.observation.stop is not None else seen.noun
            thread, task = entry.details.get("thread"), entry.details.get("task")
            # What an entry tells beside its key is the other side's word, of any type.
            actor = Actor(
                thread if type(thread) is int else 0,
                task if type(task) is int else None,
                processes.get(entry.key, 0),
            )
            yield _Item(actor, entry.key, entry.time, end, kind)


def _processes(seen: Seen) -> dict[str, int]:
    """Return which process did a job, where jobs run in processes; what runs in the simulation has a thread instead."""
    return {
        entry.key: entry.details["process"]
        for entry in seen.witness.entries
        if entry.kind == "begin" and "thread" not in entry.details and type(entry.details.get("process")) is int
    }


def _pooled(items: list[_Item]) -> set[Actor]:
    """Return all other processes if any of them did more than one job."""
    others = Counter(item.actor for item in items if item.actor.process)
    return set(others) if max(others.values(), default=0) > 1 else set()


def _crowded(items: list[_Item]) -> set[Actor]:
    """Return who had several jobs or requests in progress at once."""
    found = set()
    until: dict[Actor, int] = {}
    for item in sorted(items, key=_times):
        if item.began < until.get(item.actor, 0):
            found.add(item.actor)
        until[item.actor] = max(item.ended, until.get(item.actor, 0))
    return found


def _by_actor(items: Iterable[_Item]) -> dict[Actor, list[_Item]]:
    """Return everybody's jobs and requests in their order in time."""
    found: dict[Actor, list[_Item]] = defaultdict(list)
    for item in sorted(items, key=_times):
        found[item.actor].append(item)
    return found


def _times(item: _Item) -> tuple[int, float]:
    return item.began, item.ended


def _around(began: int, ended: int, items: list[_Item]) -> _Item | None:
    """Return the one that a time is part of, or None; they are in order and have no time in common."""
    before = bisect.bisect_right(items, (began, math.inf), key=_times)
    item = items[before - 1] if before else None
    return item if item is not None and ended <= item.ended else None


def _spans(seen: Seen) -> Iterator[Happening]:
    """Yield the waits and holds that took time, but for those in which an event loop had nothing to do."""
    events = seen.observation.events
    loops = {event.thread for event in events if event.task is not None or event.kind == "task_start"}
    for event in events:
        if event.kind not in {"wait", "await", "hold", "spin"} or spent_in(event) <= 0:
            continue
        idle = event.thread in loops and event.task is None and event.data.get("wait") == "select"
        if not idle or event.data.get("blocks_loop"):
            yield event


def _kind(event: Happening) -> str:
    if event.data.get("blocks_loop"):
        return "blocks"
    if event.kind in {"await", "hold", "spin"}:
        return event.kind
    return _WAITS.get(str(event.data.get("wait")), "wait")


def _stuck(seen: Seen, items: list[_Item]) -> Iterator[tuple[Actor, int]]:
    """Yield who was still there when the run was stopped, and since when nothing more is known of it."""
    if seen.observation.stop is None:
        return
    events = seen.observation.events
    over = {Actor(event.thread, event.task) for event in events if event.kind in {"thread_end", "task_end"}}
    loops = {event.thread for event in events if event.kind == "task_start"}
    known = {Actor(0, None): 0}
    for event in events:
        known[_started(event) or Actor(event.thread, event.task)] = event.time
    at_work = {item.actor for item in items if item.kind == "stuck"}
    for actor, since in known.items():
        # A loop whose tasks are stuck says nothing that they don't say.
        is_loop = actor.task is None and actor.thread in loops
        if actor not in over and actor not in at_work and not is_loop:
            yield actor, min(since, _end(seen))


def _names(seen: Seen) -> dict[Actor, str]:
    """Return what threads and tasks are called."""
    names = {Actor(0, None): "caller"}
    for event in seen.observation.events:
        actor = _started(event)
        if actor is not None:
            name = str(event.data.get("name"))
            names[actor] = name if actor.task is None else f"task {actor.task} ({name})"
    return names


def _started(event: Happening) -> Actor | None:
    """Return which thread or task an event started, or None."""
    number = event.data.get("started")
    if type(number) is not int:
        return None
    match event.kind:
        case "thread_start":
            return Actor(number, None)
        case "task_start":
            return Actor(event.thread, number)
    return None


def _process_names(seen: Seen, items: list[_Item]) -> dict[Actor, str]:
    """Number the other processes in the order of their jobs: in which order they began is luck."""
    others = [item.actor for item in sorted(items, key=lambda item: seen.position(item.key)) if item.actor.process]
    return {actor: f"process {number}" for number, actor in enumerate(dict.fromkeys(others), 1)}


def _ordered(seen: Seen, actors: Iterable[Actor], items: list[_Item]) -> list[Actor]:
    """Order threads and tasks by their numbers, and after them the other processes by those that they are given."""
    ranks = {actor: rank for rank, actor in enumerate(_process_names(seen, items), 1)}
    return sorted(actors, key=lambda actor: (ranks.get(actor, 0), actor.thread, actor.task or 0))


def _plain_name(actor: Actor) -> str:
    return f"thread {actor.thread}" if actor.task is None else f"task {actor.task}"


def _end(seen: Seen) -> int:
    stop = seen.observation.stop
    return max([event.time for event in seen.observation.events] + ([stop.time] if stop is not None else []), default=0)


def _label(seen: Seen, key: str) -> str:
    return f"{seen.noun} {seen.position(key)}"


def _segment(began: int, ended: int, kind: str, label: str = "") -> Segment:
    return Segment(began / NANOSECONDS, ended / NANOSECONDS, kind, label)


def _in_order(segments: list[Segment]) -> list[Segment]:
    return sorted(segments, key=lambda segment: (segment.began, segment.ended, segment.kind))[:SEGMENT_LIMIT]
