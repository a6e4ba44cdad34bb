"""The order of the threads in which a check failed, and what lines cost."""

from __future__ import annotations

from grader.lab import call, jobs
from grader.lab.costs import Cost, costs_by_line
from grader.lab.failure import Lane, Segment, StepNote
from grader.lab.lanes import lanes
from grader.lab.observation import Explored, Happening, Outcome, Place, ScheduledStep, Stop, Use, Waiter
from grader.lab.seen import NANOSECONDS, Seen
from grader.lab.steps import STANDING_STILL, every_step, in_that_order
from grader.tests.lab.hand_made import Story

TWO = call("run_concurrently", jobs(2, seconds=2))
FAILED, FINE = "3.11/2:2", "3.11/default"
READ, WROTE = Use("read", "value", "0", 1, "value"), Use("write", "value", "1", 1, "value")


def explored(*steps: ScheduledStep, **fields: object) -> Seen:
    """A run whose scenario was played in two orders, of which the second is that of these steps."""
    outcome = Outcome(FAILED, 3, "returned", steps=list(steps), **fields)  # type: ignore[arg-type]  # any field
    search = Explored([Outcome(FINE, 1, "returned"), outcome], kinds=2, preemptions=2, tried=4)
    story = Story(TWO).begin(0)
    return story.waits(6, 0, 5).seen(explored=search)


def test_every_step_of_the_order_that_failed() -> None:
    """Each line with its thread, its values and its interruption; the two that clashed are marked."""
    seen = explored(
        ScheduledStep("thread 1", 7, [READ], interrupted=True),
        ScheduledStep("thread 2", 7, [], interrupted=True),
        ScheduledStep("thread 2", 8, [READ, WROTE], interrupted=False),
        clash=("value", 0, 2),
    )
    assert every_step(seen, FAILED) == [
        StepNote("thread 1", 7, "with lock:", "read value = 0, and was interrupted", clash=True),
        StepNote("thread 2", 7, "with lock:", "was interrupted"),
        StepNote("thread 2", 8, "time.sleep(2)", "read value = 0, wrote value = 1", clash=True),
    ]
    assert every_step(seen, FINE) == []
    assert every_step(seen, "3.11/9:9") == every_step(Story(TWO).seen(), FAILED) == []


def test_a_deadlock_ends_with_who_waits() -> None:
    """After the last line that ran come those in which threads wait for ever, where they are the submission's."""
    waiters = [
        Waiter("MainThread", "join", "", None, None, None, holder_done=False),
        Waiter("thread 1", "lock", "", Place(7, "run"), "thread 2", None, holder_done=False),
    ]
    step = ScheduledStep("thread 1", 7, [], interrupted=False)
    first, last = every_step(explored(step, stop=Stop("deadlock", 0, waiters)), FAILED)
    assert first.did == ""
    assert last == StepNote("thread 1", 7, "with lock:", "waits here for ever")
    assert len(every_step(explored(step, stop=Stop("endless", 0, waiters)), FAILED)) == 1


def test_steps_are_bounded() -> None:
    """Of very many steps the first are told."""
    steps = [ScheduledStep("thread 1", 7, [], interrupted=False)] * 200
    assert len(every_step(explored(*steps), FAILED)) == 60


def test_the_run_in_that_order() -> None:
    """Its lanes are those of the order that failed: who was interrupted and stood still, and who waited meanwhile."""
    second = NANOSECONDS
    still = {"began": 0, "wait": "sleep", "detail": STANDING_STILL}
    events = [
        Happening(second, 1, None, "wait", Place(8, "run"), still),  # type: ignore[arg-type]  # scalars
        Happening(second, 2, None, "wait", Place(7, "run"), {"began": 0, "wait": "lock"}),
    ]
    assert lanes(in_that_order(explored(events=events), FAILED)) == [
        Lane("thread 1", [Segment(0, 0, "preempted", line=8), Segment(0, 1, "wait", line=8)]),
        Lane("thread 2", [Segment(0, 1, "lock", line=7)]),
    ]
    assert lanes(in_that_order(explored(events=events), FINE)) == []


def test_what_lines_cost() -> None:
    """The waits of all threads and tasks are added up by line; what took no time, or is in no line, costs nothing."""
    story = Story(TWO)
    story.waits(8, 0, 2, thread=1).waits(8, 1, 2.5, thread=2).waits(6, 0, 4, kind="await", task=1)
    story.waits(5, 1, 1).waits(7, 0, 3, kind="hold")
    story.events.append(Happening(NANOSECONDS, 0, None, "wait", None, {"began": 0}))
    assert costs_by_line(story.seen()) == {6: Cost(4, 1), 8: Cost(3.5, 2)}
