"""Tests of what the judge knows of a run: order, lines, lanes, and its figures."""

from __future__ import annotations

import pytest

from grader.lab import async_jobs, call, cases, job, jobs, silent
from grader.lab.failure import Lane, LineNote, Segment
from grader.lab.observation import Happening, Place, Stop
from grader.lab.plain import result
from grader.lab.seen import Measures
from grader.tests.lab.hand_made import Story

THREE = call("run_concurrently", jobs(3, seconds=2))


def test_the_figures_of_a_run() -> None:
    """Seconds are those of the call, the peak is the witness's."""
    seen = Story(THREE).runs((0, 2), (0, 2), (2, 4)).ends().seen(seconds=4)
    assert (seen.seconds, seen.peak, seen.measures) == (4.0, 2, Measures(4.0, 2))
    assert Story(THREE).seen(seconds=0.1 + 0.2).measures == Measures(0.3, 0)


def test_jobs_and_requests() -> None:
    """A scenario with cases is about requests, any other about jobs."""
    assert Story(THREE).seen().noun == "job"
    assert Story(call("send_all", cases(2), jobs(1))).seen().noun == "request"
    assert [item.seconds for item in Story(call("run", jobs(job(1), job(2)))).seen().items] == [1, 2]


def test_payloads() -> None:
    """Of jobs, the values that they return; of cases, the results that are expected."""
    story = Story(THREE)
    assert story.seen().payloads() == [story.payload(position) for position in range(3)]
    story = Story(call("send_all", cases(1, silent())))
    assert story.seen().payloads() == [result(200, story.payload(0), None), result(None, None, "…")]


def test_positions() -> None:
    """Jobs are counted from 1, and what is none of them is 0."""
    story = Story(THREE)
    seen = story.seen()
    assert [seen.position(key) for key in story.cast.keys] == [1, 2, 3]
    assert seen.position("call") == 0


def test_before_and_after_the_return() -> None:
    """What was announced after the call had ended doesn't count as before it."""
    story = Story(THREE).begin(0).end(0, 2).ends().begin(1).end(1, 4)
    seen = story.seen()
    assert seen.before_return("begin") == story.cast.keys[:1]
    assert seen.before_return("end") == story.cast.keys[:1]
    assert Story(THREE).begin(0).seen().before_return("begin") == story.cast.keys[:1]


def test_notes() -> None:
    """A job's notes are found by what they are about."""
    story = Story(THREE).cancel(0, 1).cancel(1, 2)
    story.witness.note(story.cast.keys[0], {"event": "else"})
    assert [entry.time for entry in story.seen().notes(story.cast.keys[0], "cancelled")] == [1_000_000_000]


def test_lines() -> None:
    """Lines are those of the submission, and no others are shown."""
    seen = Story(THREE).seen()
    assert seen.line(6) == "thread.join()"
    assert [seen.line(number) for number in (0, -1, 99)] == ["", "", ""]
    assert seen.note(Place(6, "run"), "waited") == [LineNote(6, "thread.join()", "waited")]
    assert seen.note(None, "waited") == []
    assert seen.note(Place(2, "run"), "an empty line") == []
    assert seen.note_line(99, "no line") == []


def test_where_the_time_went() -> None:
    """The caller's longest waits come first, each line once, with how long and how often."""
    story = Story(THREE)
    for number in range(5):
        story.waits(6, 2 * number, 2 * number + 2, wait="join")
    story.waits(8, 10, 11.5).waits(8, 11.5, 12).waits(4, 12, 12.25)
    assert story.seen().where_time_went() == [
        LineNote(6, "thread.join()", "waited 2 s, five times"),
        LineNote(8, "time.sleep(2)", "waited 2 s in all, twice"),
    ]


def test_where_other_threads_lost_their_time() -> None:
    """Of other threads only waits for locks count, and of tasks what blocked the loop."""
    story = Story(THREE).waits(6, 0, 4, wait="join").waits(7, 0, 2, thread=1, wait="lock")
    story.waits(7, 0, 4, thread=2, wait="lock").waits(8, 0, 9, thread=3, wait="sleep")
    story.waits(5, 0, 1, thread=0, task=4, wait="sleep", blocks_loop=True)
    assert story.seen().where_time_went() == [
        LineNote(6, "thread.join()", "waited 4 s"),
        LineNote(7, "with lock:", "waited 6 s in all, twice"),
        LineNote(5, "thread.start()", "waited 1 s"),
    ]


def test_where_the_time_of_a_coroutine_went() -> None:
    """The first task is the call itself; awaits of other tasks are their own business."""
    story = Story(call("run_all", async_jobs(2))).waits(8, 0, 2, kind="await", task=1)
    story.waits(6, 0, 9, kind="await", task=2)
    assert story.seen().where_time_went() == [LineNote(8, "time.sleep(2)", "waited 2 s")]


def test_waits_without_time_or_place_are_not_shown() -> None:
    """A wait of no time, of no known line, or that is no wait, is left out."""
    story = Story(THREE).waits(6, 1, 1).waits(99, 0, 1).waits(8, 0, 1, kind="spin")
    story.events.append(Happening(5, 0, None, "wait", None, {"began": 0}))
    assert story.seen().where_time_went() == []


def test_the_timeline() -> None:
    """Each job has a lane, in the order of the jobs, whatever the order of their ends."""
    story = Story(THREE).runs((0, 3), (0, 1), (1, 2)).ends()
    assert story.seen().timeline() == [
        Lane("job 1", [Segment(0.0, 3.0, "job")]),
        Lane("job 2", [Segment(0.0, 1.0, "job")]),
        Lane("job 3", [Segment(1.0, 2.0, "job")]),
    ]
    story = Story(call("send_all", cases(1))).runs((0, 1)).ends()
    assert story.seen().timeline() == [Lane("request 1", [Segment(0.0, 1.0, "request")])]


def test_what_never_ended_is_drawn_to_the_end() -> None:
    """A job that had begun and never ended reaches to where the others end; in a standstill it is stuck."""
    story = Story(THREE).begin(0, 1).runs((0, 0), (0, 4))
    assert story.seen().timeline()[0] == Lane("job 1", [Segment(0.0, 0.0, "job")])
    story = Story(THREE).begin(1, 1).begin(0).end(0, 3)
    assert story.seen().timeline()[1] == Lane("job 2", [Segment(1.0, 3.0, "job")])
    stopped = story.seen(outcome="stopped", stop=Stop("deadlock", 5_000_000_000, []))
    assert stopped.timeline()[1] == Lane("job 2", [Segment(1.0, 5.0, "stuck")])


def test_foreign_keys_have_no_lane() -> None:
    """Only jobs and requests of the scenario are drawn."""
    story = Story(THREE).begin(-1).begin(0).end(0, 1)
    story.events.append(Happening(5, 1, None, "job", None, {"key": "ffff", "began": 0}))
    assert [lane.name for lane in story.seen().timeline()] == ["job 1"]


@pytest.mark.parametrize("began", [-5, 10**30, "soon", None, 2.5, True])
def test_made_up_beginnings_stay_on_the_paper(began: object) -> None:
    """A forged time leads to a lane like any other."""
    story = Story(THREE)
    event = Happening(2_000_000_000, 1, None, "job", Place(6, "run"), {"key": story.cast.keys[0], "began": began})  # type: ignore[dict-item]  # that is the point
    story.events.append(event)
    (lane,) = story.seen().timeline()
    assert 0 <= lane.segments[0].began <= lane.segments[0].ended == 2
