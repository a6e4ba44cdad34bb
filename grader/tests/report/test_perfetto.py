"""A run as a trace in the Trace Event Format."""

from __future__ import annotations

import json
from collections import defaultdict
from itertools import combinations
from typing import Any

import pytest

from grader.lab.failure import Lane, Segment
from grader.report.looks import LOOKS
from grader.report.perfetto import to_trace
from grader.tests.report.made import lanes_of

OWN, REFERENCE = lanes_of(3, together=False), lanes_of(3, together=True)


def events_of(*lanes: Lane, reference: list[Lane] | None = None) -> list[dict[str, Any]]:
    """The events of a trace."""
    read: dict[str, Any] = json.loads(to_trace("x/y, test_z", lanes, reference or []))
    return list(read["traceEvents"])


def names(events: list[dict[str, Any]], kind: str) -> list[str]:
    """What processes or threads are called, in their order."""
    return [event["args"]["name"] for event in events if event["name"] == f"{kind}_name"]


def test_a_process_for_each_side_and_a_thread_for_each_lane() -> None:
    """The submission and the reference solution are processes, in this order, and their lanes are threads."""
    events = events_of(*OWN, reference=REFERENCE)
    assert names(events, "process") == ["x/y, test_z: your program", "x/y, test_z: the reference solution"]
    assert names(events, "thread") == ["Thread-1", "Thread-2", "Thread-3"] * 2
    threads = [(event["pid"], event["tid"]) for event in events if event["name"] == "thread_name"]
    assert len({thread for _, thread in threads}) == 6
    order = [event["args"]["sort_index"] for event in events if event["name"] == "thread_sort_index"]
    assert order == sorted(order)


def test_times_are_microseconds() -> None:
    """A segment is a complete event, with its begin and its length in microseconds, and with its line."""
    (event,) = (
        event for event in events_of(Lane("caller", [Segment(1.5, 4, "job", "job 1", 7)])) if event["ph"] == "X"
    )
    assert (event["ts"], event["dur"]) == (1_500_000, 2_500_000)
    assert (event["name"], event["cat"], event["args"]) == ("job 1", "job", {"what": "does a job", "line": 7})


def test_an_interruption_is_an_instant() -> None:
    """What takes no time by its nature is an instant event of its thread."""
    (event,) = (event for event in events_of(Lane("caller", [Segment(1, 1, "preempted")])) if event["ph"] == "i")
    assert (event["ts"], event["s"], event["name"]) == (1_000_000, "t", "interrupted")
    assert "dur" not in event


@pytest.mark.parametrize(
    "spans",
    [
        [(0, 2), (1, 3), (2, 4)],
        [(0, 4), (1, 2), (1, 5), (4, 6)],
        [(0, 1), (0, 1), (0, 1)],
        [(0, 0), (0, 0), (0, 3), (3, 3)],
    ],
)
def test_nothing_on_a_thread_crosses(spans: list[tuple[float, float]]) -> None:
    """On each thread, any two events lie side by side or within each other, as readers demand; none is lost."""
    segments = [Segment(*span, kind) for span in spans for kind in ("job", "hold", "wait")]
    on: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for event in events_of(Lane("caller", segments)):
        if event["ph"] == "X":
            on[event["tid"]].append((event["ts"], event["ts"] + event["dur"]))
    assert sum(map(len, on.values())) == len(segments)
    for found in on.values():
        for (begin, end), (other_begin, other_end) in combinations(found, 2):
            apart = end <= other_begin or other_end <= begin
            within = (begin <= other_begin and other_end <= end) or (other_begin <= begin and end <= other_end)
            assert apart or within


def test_locks_are_held_below() -> None:
    """What is held is told on a thread of its own below the lane, under a name that says whose it is."""
    lane = Lane("Thread-1", [Segment(0, 2, "hold"), Segment(0, 1, "sleep"), Segment(1, 2, "job", "job 1")])
    events = events_of(lane)
    assert names(events, "thread") == ["Thread-1", "Thread-1, at the same time"]
    assert [event["cat"] for event in events if event["ph"] == "X"] == ["sleep", "job", "hold"]


def test_every_kind_has_a_name() -> None:
    """Each kind is told by its meaning where it has no label; one that isn't known is something else."""
    events = events_of(*(Lane(kind, [Segment(0, 1, kind)]) for kind in [*LOOKS, "no such kind"]))
    told = [(event["name"], event["cat"]) for event in events if event["ph"] in {"X", "i"}]
    assert told == [*((look.meaning, kind) for kind, look in LOOKS.items()), ("something else", "other")]


def test_nothing_seen() -> None:
    """A run of which nothing was seen has no trace."""
    assert to_trace("x", []) == ""
    assert to_trace("x", [Lane("caller", [])]) == ""


def test_names_and_times_that_a_submission_made_up() -> None:
    """Names are made visible and clipped; times that are no numbers are still numbers in the file."""
    lane = Lane(
        "\x1b[2J\u202e" * 100, [Segment(float("nan"), float("inf"), "job", "\ud800" * 500), Segment(3, 1, "job")]
    )
    trace = to_trace("x", [lane])
    assert trace.isascii()
    assert r"\\x1b[2J" in trace
    events = [event for event in json.loads(trace)["traceEvents"] if event["ph"] == "X"]
    assert all(event["ts"] >= 0 and event["dur"] >= 0 and len(event["name"]) < 1000 for event in events)
