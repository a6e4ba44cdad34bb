"""Expectations about mutual exclusion, on runs that are told by hand."""

from __future__ import annotations

from grader.lab import call, expect, jobs
from grader.lab.observation import Happening, Place
from grader.lab.seen import NANOSECONDS
from grader.tests.lab.hand_made import Story, failure_of, told

THREE = call("run_exclusively", jobs(3, seconds=2))


def started(story: Story, *times: float) -> Story:
    """Threads are started in line 5 at these times."""
    for number, at in enumerate(times, 1):
        place = Place(5, "run_exclusively")
        story.events.append(Happening(round(at * NANOSECONDS), 0, None, "thread_start", place, {"started": number}))
    return story


def test_one_after_another_is_exclusive() -> None:
    """Each job begins when the one before it ends."""
    expect.one_at_a_time(Story(THREE).runs((0, 2), (2, 4), (4, 6)).seen(seconds=6), seconds=6)


def test_two_at_once_are_not() -> None:
    """The most at once is told."""
    seen = Story(THREE).runs((0, 2), (1, 3), (3, 5)).seen(seconds=5)
    assert told(failure_of(expect.one_at_a_time, seen, seconds=6)) == (
        "Several jobs were in progress at the same time.",
        "2 jobs were in progress at once; took 5 s",
        "never more than one; 6 s",
        "Do all threads use the same lock, and is it held from begin to end?",
    )


def test_a_pause_between_two_is_too_much() -> None:
    """Exclusion is no reason to wait for nothing."""
    seen = Story(THREE).runs((0, 2), (3, 5), (5, 7)).seen(seconds=7)
    found = failure_of(expect.one_at_a_time, seen, seconds=6)
    assert found.verdict == "Between two jobs, nothing was in progress."


def test_all_threads_are_there_before_the_first_job_ends() -> None:
    """Three threads that are started at once are; one that comes after the first end is late, and its line is named."""
    spans = ((0, 2), (2, 4), (4, 6))
    expect.started_first(started(Story(THREE).runs(*spans), 0, 0, 0).ends().seen(seconds=6))
    found = failure_of(expect.started_first, started(Story(THREE).runs(*spans), 0, 2, 4).ends().seen(seconds=6))
    assert found.verdict == "Not all threads were started before the first job ended."
    assert found.lines[0].note == "started a thread only after 2 s"
