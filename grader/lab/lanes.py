"""What each thread, task and process did, and when: the lanes of a picture, from the trace of a run."""

from __future__ import annotations

import bisect
import math
from collections import defaultdict
from typing import TYPE_CHECKING

from grader.lab.failure import Lane, Segment
from grader.lab.performers import (
    CALLER,
    Item,
    Performer,
    crowded,
    end_of,
    in_order,
    items_of,
    line_of,
    performer_of,
    pooled,
    started_by,
)
from grader.lab.seen import NANOSECONDS, spent_in
from grader.lab.steps import STANDING_STILL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.lab.observation import Happening
    from grader.lab.seen import Seen

LANE_LIMIT = 60
"""Lanes that are told; more can't be taken in."""
SEGMENT_LIMIT = 500
"""Segments of one lane that are told."""

_WAITS = {"sleep": "sleep", "lock": "lock"}


def lanes(seen: Seen) -> list[Lane]:
    """Return a lane for each thread and task that spent time: its jobs or requests, its waits, the locks that it held.

    What a job waits for is part of the job; one that only awaits is drawn as ``await``, and one that holds up its event
    loop as ``blocks``. Where a thread has several requests in progress at once, because its sockets don't block, each
    of them gets a lane of its own below. The same is done with the jobs of processes that did more than one: which
    process of a pool takes the next job is luck. Of a run that was stopped, whatever never ended is ``stuck``. Where a
    schedule interrupted a thread so that the others got time, that instant is ``preempted``.
    """
    items = items_of(seen)
    apart = crowded(items) | pooled(items)
    segments = _segments(seen, [item for item in items if item.performer not in apart])
    for performer, since in _stuck(seen, items):
        segments[performer].append(_segment(since, end_of(seen), "stuck"))
    found = [Lane(name, _first(segments[performer])) for performer, name in in_order(seen, segments).items()]
    for item in sorted(items, key=lambda item: seen.position(item.key)):
        if item.performer in apart:
            label = _label(seen, item)
            found.append(Lane(label, [_segment(item.began, item.ended, item.kind, label, item.line)]))
    return found[:LANE_LIMIT]


def _segments(seen: Seen, items: list[Item]) -> dict[Performer, list[Segment]]:
    """Return what everybody did, where nobody has two of these items in progress at once."""
    own: dict[Performer, list[Item]] = defaultdict(list)
    for item in items:
        own[item.performer].append(item)
    found: dict[Performer, list[Segment]] = defaultdict(list)
    awaited: dict[Item, int] = defaultdict(int)
    blocking: set[Item] = set()
    for event in _spans(seen):
        performer, spent, kind = performer_of(event), spent_in(event), _kind(event)
        if kind == "preempted":
            began = event.time - spent
            found[performer].append(_segment(began, began, kind, line=line_of(event)))
            kind = "wait"
        around = _around(event.time - spent, event.time, own.get(performer, []))
        if around is None or kind == "hold":
            found[performer].append(_segment(event.time - spent, event.time, kind, line=line_of(event)))
        elif kind == "await":
            awaited[around] += spent
        elif kind == "blocks":
            blocking.add(around)
    for item in items:
        only_awaits = 0 < item.ended - item.began <= awaited[item] and item.kind != "stuck"
        kind = "blocks" if item in blocking else "await" if only_awaits else item.kind
        found[item.performer].append(_segment(item.began, item.ended, kind, _label(seen, item), item.line))
    return found


def _around(began: int, ended: int, items: list[Item]) -> Item | None:
    """Return the item that a time is part of, or None; they are in order, and no two at once."""
    before = bisect.bisect_right(items, (began, math.inf), key=lambda item: item.times)
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
    if event.data.get("detail") == STANDING_STILL:
        return "preempted"
    if event.data.get("blocks_loop"):
        return "blocks"
    if event.kind in {"await", "hold", "spin"}:
        return event.kind
    return _WAITS.get(str(event.data.get("wait")), "wait")


def _stuck(seen: Seen, items: list[Item]) -> Iterator[tuple[Performer, int]]:
    """Yield who was still there when the run was stopped, and since when nothing more is known of it."""
    if seen.observation.stop is None:
        return
    events = seen.observation.events
    known = {CALLER: 0}
    for event in events:
        known[started_by(event) or performer_of(event)] = event.time
    over = {performer_of(event) for event in events if event.kind in {"thread_end", "task_end"}}
    # What is stuck in a job has that job; and a loop whose tasks are stuck says nothing that they don't say.
    over |= {item.performer for item in items if item.kind == "stuck"}
    over |= {Performer(event.thread, None) for event in events if event.kind == "task_start"}
    for performer, since in known.items():
        if performer not in over:
            yield performer, min(since, end_of(seen))


def _label(seen: Seen, item: Item) -> str:
    return f"{seen.noun} {seen.position(item.key)}"


def _segment(began: int, ended: int, kind: str, label: str = "", line: int = 0) -> Segment:
    return Segment(began / NANOSECONDS, ended / NANOSECONDS, kind, label, line)


def _first(segments: list[Segment]) -> list[Segment]:
    return sorted(segments, key=lambda segment: (segment.began, segment.ended, segment.kind))[:SEGMENT_LIMIT]
