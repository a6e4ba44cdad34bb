"""A run as a trace that ui.perfetto.dev and chrome://tracing open: JSON in the Trace Event Format.

The submission and the reference solution are two processes of the trace, and each lane is a thread of its process. What
lies on one thread must lie side by side or within each other, or a reader leaves it out; so what crosses something else
of its lane, such as a lock that is held beyond the end of a job, goes to a further thread below.
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from grader.lab.safe import clean
from grader.report.looks import LOOKS, OTHER

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.lab.failure import Lane, Segment

_MICROSECONDS = 1_000_000
_NAME_LETTERS = 100
_THREADS = 100_000


def to_trace(title: str, own: Sequence[Lane], reference: Sequence[Lane] = ()) -> str:
    """Return a run as a trace; an empty string if there is nothing in it.

    Args:
        title: of the run.
        own: what the submission did, and when.
        reference: what the reference solution did; it is left out if that isn't known.
    """
    events = [*_process(1, f"{title}: your program", own), *_process(2, f"{title}: the reference solution", reference)]
    if not events:
        return ""
    told = {"traceEvents": events, "displayTimeUnit": "ms", "otherData": {"time": "simulated", "check": title}}
    return json.dumps(told, separators=(",", ":"), allow_nan=False) + "\n"


def _process(number: int, name: str, lanes: Sequence[Lane]) -> Iterator[dict[str, Any]]:
    if not any(lane.segments for lane in lanes):
        return
    yield _names("process_name", number, 0, name)
    yield _orders("process_sort_index", number, 0, number)
    thread = number * _THREADS  # no two threads of a trace have the same number, whatever their process
    for lane in lanes:
        for index, row in enumerate(_rows(lane.segments)):
            thread += 1
            shown = clean(lane.name, _NAME_LETTERS)
            yield _names("thread_name", number, thread, f"{shown}, at the same time" if index else shown)
            yield _orders("thread_sort_index", number, thread, thread)
            yield from (_event(number, thread, segment) for segment in row)


def _rows(segments: Sequence[Segment]) -> list[list[Segment]]:
    """Divide segments among as few rows as that takes: in each of them, no two cross."""
    rows: list[list[Segment]] = []
    open_until: list[list[float]] = []
    # What holds a lock is told beside what goes on meanwhile, as in the other pictures; longer ones first.
    for segment in sorted(segments, key=lambda item: (item.kind == "hold", item.began, -item.ended)):
        for row, ends in zip(rows, open_until, strict=True):
            if row[0].kind != segment.kind and "hold" in {row[0].kind, segment.kind}:
                continue
            while ends and ends[-1] <= segment.began:
                ends.pop()
            if not ends or segment.ended <= ends[-1]:
                row.append(segment)
                ends.append(segment.ended)
                break
        else:
            rows.append([segment])
            open_until.append([segment.ended])
    return rows


def _event(process: int, thread: int, segment: Segment) -> dict[str, Any]:
    look = LOOKS.get(segment.kind, OTHER)
    label = clean(segment.label, _NAME_LETTERS)
    told: dict[str, Any] = {
        "name": label or look.meaning,
        "cat": segment.kind if segment.kind in LOOKS else "other",
        "pid": process,
        "tid": thread,
        "ts": _time(segment.began),
        "args": {"what": look.meaning, **({"line": segment.line} if segment.line else {})},
    }
    if look.shape == "mark":
        return {**told, "ph": "i", "s": "t"}
    return {**told, "ph": "X", "dur": _time(segment.ended - segment.began)}


def _names(kind: str, process: int, thread: int, name: str) -> dict[str, Any]:
    return {"ph": "M", "name": kind, "pid": process, "tid": thread, "args": {"name": name}}


def _orders(kind: str, process: int, thread: int, place: int) -> dict[str, Any]:
    return {"ph": "M", "name": kind, "pid": process, "tid": thread, "args": {"sort_index": place}}


def _time(seconds: float) -> float:
    """Return microseconds, to the nanosecond; a time that a submission made up is no reason for a broken file."""
    return round(max(seconds, 0.0) * _MICROSECONDS, 3) if math.isfinite(seconds) else 0.0
