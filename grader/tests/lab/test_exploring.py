"""Exploring the orders of a submission's threads, from the run to what a student reads."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from grader.grading._admitting import admit_observation
from grader.lab import FailureData, Scenario, Seen, expect, explore, number
from grader.lab.circumstances import require_an_end
from grader.lab.failure import Failure
from grader.lab.json_lines import MalformedError
from grader.lab.loading import unloaded_afterwards
from grader.lab.orders import orders_tried
from grader.lab.performing import perform
from grader.lab.seen import Ending
from grader.lab.witness import Witness
from grader.tests.lab.hand_made import failure_of
from grader.tests.lab.test_scenario import seeded

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MODULE = "exercises.synchronization.fundamentals"
COUNTER = """
    import threading

    class Counter:
        def __init__(self):
            self.value = 0
            self.lock = threading.Lock()

        def add(self):
            {add}
"""
UNLOCKED = COUNTER.format(add="self.value += 1")
LOCKED = COUNTER.format(add="with self.lock:\n                self.value += 1")


def add_twice(student: Any, most: Any) -> Any:  # noqa: ANN401 - a student's module; a number
    """Two threads count."""
    from grader.simulation import run_together  # noqa: PLC0415 - a play travels alone

    counter = student.Counter()
    run_together(counter.add, counter.add)
    return counter.value


def two_counters(student: Any) -> Any:  # noqa: ANN401 - a student's module
    """Two threads count, each with a counter of its own; return how long the one took that nobody stopped."""
    import time  # noqa: PLC0415 - a play travels alone

    from grader.simulation import run_together  # noqa: PLC0415 - as above

    def timed(counter: Any) -> float:  # noqa: ANN401 - a student's object
        began = time.monotonic()
        counter.add()
        return time.monotonic() - began

    first, second = student.Counter(), student.Counter()
    return min(run_together(lambda: timed(first), lambda: timed(second)))


TWICE = explore(add_twice, number(1, 9), words="add() in two threads")
APART = explore(two_counters, words="add() of two counters", preemptions=1, stall=1)

Seeing = Any
"""Of the fixture: a function of source, scenario and maybe a schedule."""


@pytest.fixture
def seeing(tmp_path: Path) -> Callable[..., Seen]:
    """Return a function that explores a scenario with a submission of this source, or repeats one schedule."""

    def seen(source: str, scenario: Scenario = TWICE, schedule: str = "") -> Seen:
        file = tmp_path / "synchronization" / "fundamentals.py"
        file.parent.mkdir(exist_ok=True)
        file.write_text(dedent(source), encoding="utf-8")
        made = seeded(scenario, 1)
        if schedule:
            made.request["exploring"]["schedule"] = schedule
        with unloaded_afterwards(MODULE):
            observation = perform(made.request, MODULE, file, Witness(made.payloads))
        admitted = admit_observation(b'{"do":"answer","observation":' + msgspec.json.encode(observation) + b"}")
        return Seen(scenario, made, Witness({}), admitted, Ending("answered"), dedent(source).splitlines())

    return seen


def failure(seen: Seen, *wanted: Any) -> FailureData:  # noqa: ANN401 - any plain value
    """Return the failure of a run that should have returned one of these in every order."""
    return failure_of(expect.in_every_order, seen, list(wanted), "An update was lost.", "Why?")


def test_a_race_is_told_by_its_lines(seeing: Seeing) -> None:
    """The lines come in the order in which they ran, each with what it read and wrote; the schedule repeats it."""
    found = failure(seeing(UNLOCKED), 2)
    assert found.observed.startswith("returned 1, in ")
    assert found.expected == "in every order, returned 2"
    assert [(step.thread, step.line, step.did) for step in found.steps] == [
        ("thread 1", 10, "read self.value = 0, and was interrupted"),
        ("thread 2", 10, "read self.value = 0, wrote self.value = 1"),
        ("thread 1", 10, "wrote self.value = 1"),
    ]
    again = failure(seeing(UNLOCKED, TWICE, found.schedule), 2)
    assert again.observed == "returned 1, in this order of the threads"
    assert again.steps == found.steps


def test_a_right_program_passes_in_every_order(seeing: Seeing) -> None:
    """With a lock there is one outcome, every order was tried, and the report says how many those are."""
    seen = seeing(LOCKED)
    expect.in_every_order(seen, [2], "An update was lost.")
    expect.never_stuck(seen)
    explored = seen.observation.explored
    assert explored is not None
    words = "Every order of the threads that matters, with up to 2 interruptions"
    assert orders_tried(explored) == f"{words}: {explored.tried}."


def test_what_was_not_tried_is_said(seeing: Seeing) -> None:
    """A search that had to end early says how many orders it tried, and that there are more."""
    explored = seeing(LOCKED).observation.explored
    words = orders_tried(msgspec.structs.replace(explored, tried=1000, untried=2345, sampled=12, strayed=3))
    assert words == (
        "1,000 orders of the threads' steps with up to 2 interruptions, not all that there are; 2,345 more are known; "
        "12 of those tried were drawn at random; the same --seed draws the same; "
        "3 could not be followed, as the program doesn't always do the same."
    )
    assert (
        orders_tried(msgspec.structs.replace(explored, replayed=True)) == "One order of the threads' steps, repeated."
    )
    assert orders_tried(None) == ""


def test_a_schedule_that_is_of_another_program(seeing: Seeing) -> None:
    """Who has changed the program since is told so."""
    found = failure(seeing(LOCKED, TWICE, f"{failure(seeing(UNLOCKED), 2).schedule.partition('/')[0]}/99:2"), 2)
    assert found.verdict == "This order of the threads can't be repeated with your program as it is now."
    assert "--schedule" in found.question


def test_a_deadlock_names_who_waits_for_what(seeing: Seeing) -> None:
    """Two locks in opposite orders: both threads, their lines, who holds what, and the schedule."""
    source = """
        import threading

        class Counter:
            turns = iter(range(9))
            def __init__(self):
                self.value = 0
                self.locks = [threading.Lock(), threading.Lock()]

            def add(self):
                first, second = self.locks if threading.current_thread().name.endswith("1") else self.locks[::-1]
                with first:
                    with second:
                        self.value += 1
    """
    seen = seeing(source)
    found = failure_of(expect.never_stuck, seen)
    assert found.verdict == "The threads wait for each other for ever: a deadlock."
    assert "thread 1 waits for a lock in line 13, held by thread 2, taken in line 12" in found.observed
    assert found.schedule
    assert failure(seen, 2).verdict == found.verdict


def test_a_loop_without_an_end(seeing: Seeing) -> None:
    """A loop that nothing ends is found after so many steps, also where no other thread is left."""
    source = COUNTER.format(add="while self.value >= 0:\n                self.value += 1")
    found = failure(seeing(source), 2)
    assert found.verdict == "In some orders of the threads it never ends."
    assert found.lines


def test_looking_again_and_again_gives_way(seeing: Seeing) -> None:
    """A thread that tries a lock until it is free is a right program, and soon explored."""
    source = COUNTER.format(
        add="""while not self.lock.acquire(blocking=False):
                pass
            self.value += 1
            self.lock.release()"""
    )
    seen = seeing(source)
    expect.in_every_order(seen, [2], "An update was lost.")
    assert seen.observation.explored.tried < 500


def test_an_error_in_some_orders(seeing: Seeing) -> None:
    """An error that only some orders bring about is told with the order; one that all do is told as always."""
    add = """before = self.value
            self.value = before + 1
            if self.value != before + 1:
                raise ValueError(before)"""
    found = failure(seeing(COUNTER.format(add=add)), 1, 2)
    assert found.verdict == "In some orders of the threads it raises an error."
    assert found.schedule
    assert failure(seeing(COUNTER.format(add="raise ValueError(1)")), 2).verdict == "It raised ValueError: 1"


def test_who_depends_on_a_thread_that_stands_still(seeing: Seeing) -> None:
    """With a lock for all counters, the other thread waits; with one for each, it goes on at once."""
    expect.in_every_order(seeing(LOCKED, APART), [0.0], "They waited.")
    shared = LOCKED.replace("self.lock = threading.Lock()", "self.lock = LOCK").replace(
        "    class Counter:", "    LOCK = threading.Lock()\n\n    class Counter:"
    )
    found = failure_of(expect.in_every_order, seeing(shared, APART), [0.0], "They waited.")
    assert [(note.line, note.note) for note in found.lines] == [
        (13, "one thread was stopped here for 1 s"),
        (12, "the other one waited here for 1 s"),
    ]


def test_locks_in_the_order_of_id_can_be_repeated(seeing: Seeing) -> None:
    """`id` numbers objects in each run anew, so a program that orders its locks by it does the same every time."""
    source = """
        import threading

        class Counter:
            def __init__(self):
                self.value = 0
                self.locks = [threading.Lock() for _ in range(5)]

            def add(self):
                first, second = sorted(self.locks[:2], key=id)
                with first, second:
                    self.value += 1
    """
    explored = seeing(source).observation.explored
    assert explored.strayed == 0
    assert explored.kinds == 1


@pytest.mark.parametrize(
    ("body", "verdict"),
    [
        ("raise NotImplementedError('TODO 2: it')", "Not started yet."),
        ("import sys; sys.exit(3)", "Your program called"),
        ("import os; missing", "It raised NameError"),
    ],
)
def test_what_every_order_leads_to_is_told_as_always(seeing: Seeing, body: str, verdict: str) -> None:
    """A stub, an exit and an error of the plainest order are told as in every other check."""
    seen = seeing(f"class Counter:\n    def __init__(self):\n        {body}\n")

    def judge() -> None:
        require_an_end(seen)
        expect.never_stuck(seen)

    with pytest.raises(Failure) as caught:
        judge()
    assert caught.value.data.verdict.startswith(verdict)


def test_a_missing_name(seeing: Seeing) -> None:
    """The names that there are, are told."""
    with pytest.raises(Failure) as caught:
        require_an_end(seeing("class Counted:\n    pass\n"))
    assert "Counter" in caught.value.data.verdict
    assert "Counted" in caught.value.data.observed


@pytest.mark.parametrize(
    "changed",
    [
        {"schedule": "3.11/1:2; rm -rf"},
        {"value": {"$": "made up"}},
        {"clash": ["self.value", -1, 2]},
        {"how": "forged"},
    ],
)
def test_what_is_no_outcome_is_not_admitted(seeing: Seeing, changed: dict[str, Any]) -> None:
    """A worker that makes up outcomes in another form than ours is refused."""
    observation = msgspec.to_builtins(seeing(UNLOCKED).observation)
    observation["explored"]["outcomes"][0].update(changed)
    with pytest.raises(MalformedError):
        admit_observation(b'{"do":"answer","observation":' + msgspec.json.encode(observation) + b"}")
