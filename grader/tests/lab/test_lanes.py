"""The lanes of threads and tasks, from a run's trace."""

from __future__ import annotations

import pytest

from grader.lab import async_jobs, call, cases, jobs
from grader.lab.failure import Lane, Segment
from grader.lab.lanes import LANE_LIMIT, SEGMENT_LIMIT, lanes
from grader.lab.observation import Happening, Place, Stop
from grader.lab.seen import NANOSECONDS
from grader.tests.lab.hand_made import Story

THREE = call("run_concurrently", jobs(3, seconds=2))
TASKS = call("run_all", async_jobs(3, seconds=2))


def happens(story: Story, kind: str, at: float, thread: int = 0, task: int | None = None, **data: object) -> Story:
    """Something is written down in the trace."""
    began = data.pop("began", None)
    if isinstance(began, int | float):
        data["began"] = round(began * NANOSECONDS)
    story.events.append(Happening(round(at * NANOSECONDS), thread, task, kind, None, data))  # type: ignore[arg-type]  # any data
    return story


def works(story: Story, position: int, began: float, ended: float, **who: int) -> Story:
    """A job or request of that position runs from one time to another."""
    kind = "request" if story.cast.sent else "job"
    return happens(story, kind, ended, began=began, key=story.cast.keys[position], how="ended", **who)


def test_a_lane_for_each_thread() -> None:
    """Threads have their own names, in the order of starting; the caller's joins are waits, and jobs have numbers."""
    story = Story(THREE)
    for number in (1, 2):
        happens(story, "thread_start", 0, name=f"Thread-{number} (run)", started=number)
    works(works(story, 1, 0, 2, thread=2), 0, 0, 1, thread=1)
    happens(story, "wait", 1, 1, began=0, wait="sleep")
    happens(story, "wait", 1, began=0, wait="join")
    happens(story, "wait", 2, began=1, wait="join")
    happens(story, "wait", 2, began=2, wait="join")
    assert lanes(story.seen()) == [
        Lane("caller", [Segment(0, 1, "wait"), Segment(1, 2, "wait")]),
        Lane("Thread-1 (run)", [Segment(0, 1, "job", "job 1")]),
        Lane("Thread-2 (run)", [Segment(0, 2, "job", "job 2")]),
    ]


def test_waiting_for_a_lock_and_holding_it() -> None:
    """A wait for a lock is one of its own kind, and a lock is held beside what goes on meanwhile."""
    story = Story(THREE)
    works(works(story, 0, 0, 2, thread=1), 1, 2, 4, thread=2)
    happens(story, "hold", 2, 1, began=0, on=7)
    happens(story, "wait", 2, 2, began=0, wait="lock", on=7)
    happens(story, "hold", 4, 2, began=2, on=7)
    assert lanes(story.seen()) == [
        Lane("thread 1", [Segment(0, 2, "hold"), Segment(0, 2, "job", "job 1")]),
        Lane("thread 2", [Segment(0, 2, "lock"), Segment(2, 4, "hold"), Segment(2, 4, "job", "job 2")]),
    ]


def test_a_lane_for_each_task() -> None:
    """A job that only awaits is drawn so; that the loop has nothing to do meanwhile isn't drawn."""
    story = happens(Story(TASKS), "task_start", 0, name="run_all", started=1)
    happens(story, "task_start", 0, 0, 1, name="_run", started=2)
    happens(story, "wait", 2, began=0, wait="select")
    happens(story, "await", 2, 0, 2, began=0)
    works(story, 0, 0, 2, task=2)
    happens(story, "await", 2, 0, 1, began=0)
    happens(story, "wait", 3, 0, 1, began=2, wait="sleep")
    assert lanes(story.seen()) == [
        Lane("task 1 (run_all)", [Segment(0, 2, "await"), Segment(2, 3, "sleep")]),
        Lane("task 2 (_run)", [Segment(0, 2, "await", "job 1")]),
    ]


def test_lanes_name_the_lines() -> None:
    """A segment knows the line of the submission that it went on in, where there is one."""
    story = Story(THREE).waits(6, 0, 2).waits(7, 2, 3, kind="hold")
    assert [segment.line for lane in lanes(story.seen()) for segment in lane.segments] == [6, 7]
    works(story, 0, 3, 4, thread=1)
    story.events[-1] = Happening(4 * NANOSECONDS, 1, None, "job", Place(8, "run"), story.events[-1].data)
    assert lanes(story.seen())[1].segments[0].line == 8
    assert story.seen().timeline()[0].segments[0].line == 8


def test_what_holds_up_a_loop() -> None:
    """A job that blocks its loop is drawn so, and so is any other wait that does."""
    story = works(Story(TASKS), 0, 0, 2, task=1)
    happens(story, "wait", 2, 0, 1, began=0, wait="sleep", blocks_loop=True)
    happens(story, "wait", 3, 0, None, began=2, wait="select", blocks_loop=True)
    happens(story, "spin", 4, 0, 2, began=3)
    assert lanes(story.seen()) == [
        Lane("caller", [Segment(2, 3, "blocks")]),
        Lane("task 1", [Segment(0, 2, "blocks", "job 1")]),
        Lane("task 2", [Segment(3, 4, "spin")]),
    ]


def test_several_at_once_in_one_thread() -> None:
    """Requests over sockets that don't block overlap in one thread: each has a lane, in their order."""
    story = Story(call("send_all", cases(2)))
    works(works(story, 1, 0, 2), 0, 0, 3)
    happens(story, "wait", 2, began=0, wait="select")
    happens(story, "wait", 3, began=2, wait="select")
    assert lanes(story.seen()) == [
        Lane("caller", [Segment(0, 2, "wait"), Segment(2, 3, "wait")]),
        Lane("request 1", [Segment(0, 3, "request", "request 1")]),
        Lane("request 2", [Segment(0, 2, "request", "request 2")]),
    ]


def in_processes(*spans: tuple[int, float, float]) -> Story:
    """Jobs that ran in processes, outside the simulation: which one, from when to when."""
    story = Story(call("run_in_processes", jobs(len(spans), seconds=2)))
    for position, (process, began, ended) in enumerate(spans):
        details = {"time": round(began * NANOSECONDS), "process": process}
        story.witness.begin(story.cast.keys[position], details)
        works(story, position, began, ended)
    return story


def test_a_lane_for_each_process() -> None:
    """Processes are numbered in the order of their jobs, whichever began first, and the caller waits for them."""
    story = happens(in_processes((3, 0, 2), (1, 0, 2), (2, 0, 1)), "wait", 2, began=0, wait="process")
    assert lanes(story.seen()) == [
        Lane("caller", [Segment(0, 2, "wait")]),
        Lane("process 1", [Segment(0, 2, "job", "job 1")]),
        Lane("process 2", [Segment(0, 2, "job", "job 2")]),
        Lane("process 3", [Segment(0, 1, "job", "job 3")]),
    ]


def test_a_pool_of_processes() -> None:
    """Which process of a pool takes which job is luck, so each job has a lane, the same in every run."""
    spans = (0, 2), (0, 2), (2, 4)
    for third in (1, 2):
        assert lanes(in_processes(*((who, *span) for who, span in zip((1, 2, third), spans, strict=True))).seen()) == [
            Lane(f"job {number}", [Segment(*span, "job", f"job {number}")]) for number, span in enumerate(spans, 1)
        ]


def test_jobs_in_the_callers_process() -> None:
    """Jobs that were never handed to another process are the caller's own."""
    assert lanes(in_processes((0, 0, 2), (0, 2, 4)).seen()) == [
        Lane("caller", [Segment(0, 2, "job", "job 1"), Segment(2, 4, "job", "job 2")])
    ]


def test_jobs_one_after_another_share_a_lane() -> None:
    """A job that begins when the last one ends isn't in progress at the same time."""
    story = works(works(works(Story(THREE), 0, 0, 2), 1, 2, 4), 2, 4, 4)
    segments = [Segment(0, 2, "job", "job 1"), Segment(2, 4, "job", "job 2"), Segment(4, 4, "job", "job 3")]
    assert lanes(story.seen()) == [Lane("caller", segments)]


def test_a_standstill() -> None:
    """Whatever had not ended is stuck from where it was last seen, a job since its begin."""
    story = Story(THREE).begin(0, 1, thread=1)
    for number in (1, 2, 3):
        happens(story, "thread_start", 0, name=f"Thread-{number}", started=number)
    happens(story, "wait", 1, 2, began=0, wait="sleep")
    happens(story, "thread_end", 1, 3, name="Thread-3")
    seen = story.seen(outcome="stopped", stop=Stop("deadlock", 4 * NANOSECONDS, []))
    assert lanes(seen) == [
        Lane("caller", [Segment(0, 4, "stuck")]),
        Lane("Thread-1", [Segment(1, 4, "stuck", "job 1")]),
        Lane("Thread-2", [Segment(0, 1, "sleep"), Segment(1, 4, "stuck")]),
    ]


def test_tasks_that_are_stuck() -> None:
    """The loop of stuck tasks says nothing that they don't say."""
    story = happens(Story(TASKS), "task_start", 0, name="run_all", started=1)
    happens(story, "task_start", 0, 0, 1, name="other", started=2)
    happens(story, "task_end", 1, 0, 2, name="other", how="returned")
    seen = story.seen(outcome="stopped", stop=Stop("deadlock", NANOSECONDS, []))
    assert lanes(seen) == [Lane("task 1 (run_all)", [Segment(0, 1, "stuck")])]


def test_what_never_ended_goes_on_to_the_end() -> None:
    """A job that was still running when all else ended is drawn up to there."""
    story = Story(THREE).begin(1, 1, thread=2)
    works(story, 0, 0, 3, thread=1)
    assert lanes(story.seen())[1] == Lane("thread 2", [Segment(1, 3, "job", "job 2")])


@pytest.mark.parametrize("word", [None, "soon", -1, 2.5, True, 10**40])
def test_made_up_details(word: object) -> None:
    """Whatever stands among the details of a trace, there are lanes and no error."""
    story = Story(THREE).begin(0, 1, thread=word, task=word)
    for kind in ("thread_start", "task_start", "wait", "await", "hold", "spin", "job", "thread_end"):
        happens(story, kind, 2, key=word, wait=word, name=word, started=word)
        story.events.append(Happening(2, 0, None, kind, None, {"began": word, "key": word}))  # type: ignore[dict-item]  # the point
    assert all(lane.segments for lane in lanes(story.seen()))
    assert lanes(story.seen(outcome="stopped", stop=Stop("deadlock", 1, [])))


def test_there_are_never_too_many() -> None:
    """A run that tells of thousands of threads or waits has lanes and segments of a bounded number."""
    story = Story(THREE)
    for number in range(SEGMENT_LIMIT + 10):
        happens(story, "wait", number + 1, number % (LANE_LIMIT + 9), began=number, wait="sleep")
        happens(story, "wait", number + 1, began=number, wait="join")
    found = lanes(story.seen())
    assert len(found) == LANE_LIMIT
    assert len(found[0].segments) == SEGMENT_LIMIT
