"""Running one schedule again, step by step."""

from __future__ import annotations

import re
from typing import Any

import pytest

from grader.simulation import Replay, Schedule, ScheduleError, Step, Switch, explore, outcome_key, replay
from grader.tests.simulation.exploration_programs import (
    FILES,
    HALF_LOCKED,
    LOCKED,
    OPPOSITE_LOCKS,
    UNLOCKED,
    both,
    count_to,
    in_threads,
    scenario,
)

ONE_SWITCH = Schedule((Switch(2, 2),))


def lines(steps: tuple[Step, ...]) -> list[str]:
    """Write the steps of the threads after the first as short texts."""
    return [
        f"{step.thread} line {step.line}: "
        + ", ".join(f"{access.kind} {access.name} = {access.value}" for access in step.accesses)
        + (" | interrupted" if step.interrupted else "")
        for step in steps
        if step.thread
    ]


def test_a_lost_update_shows_its_lines_and_values() -> None:
    """Each line appears in the order in which it ran, with what it read and wrote."""
    shown = replay(scenario(UNLOCKED, count_to(2)), ONE_SWITCH, files=FILES)
    assert shown.run.value == 1
    assert lines(shown.steps) == [
        "1 line 7: read self.value = 0 | interrupted",
        "2 line 7: read self.value = 0, write self.value = 1",
        "1 line 7: write self.value = 1",
    ]
    assert {(step.name, step.file, step.function) for step in shown.steps if step.thread == 1} == {
        ("Thread-1 (increment)", "student.py", "Counter.increment")
    }


def test_the_two_lines_that_collided_are_found() -> None:
    """A read, and the write of another thread that came between it and its own thread's write."""
    run = scenario(HALF_LOCKED, count_to(2))
    lost = explore(run, files=FILES).outcomes[1]
    collision = replay(run, lost.schedule, files=FILES).collision
    assert collision is not None
    assert collision.name == "self.value"
    assert (collision.first.thread, collision.first.line) == (1, 10)
    assert (collision.second.thread, collision.second.line) == (2, 12)


def test_a_check_and_what_made_it_stale_collide() -> None:
    """Of a check-then-act, the check and the other thread's act are the two lines."""
    source = """
        class Account:
            balance = 10

            def withdraw(self):
                enough = self.balance >= 7
                if enough:
                    self.balance -= 7
    """

    def use(names: dict[str, Any]) -> Any:  # noqa: ANN401 - a number
        account = names["Account"]()
        in_threads(account.withdraw, account.withdraw)
        return account.balance

    run = scenario(source, use)
    found = explore(run, files=FILES)
    overdrawn = next(outcome for outcome in found.outcomes if outcome.run.value == -4)
    collision = replay(run, overdrawn.schedule, files=FILES).collision
    assert collision is not None
    assert (collision.first.line, collision.second.line) == (6, 8)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "seen = 0\ndef one():\n    global seen\n    seen += 1",
            ["1 line 4: read seen = 0, write seen = 1"],
        ),
        (
            "def make():\n  seen = 0\n  def add():\n    nonlocal seen\n    seen += 1\n  return add\none = make()",
            ["1 line 5: read seen = 0, write seen = 1"],
        ),
        (
            "table = {'k': [1]}\ndef one():\n    table['k'][0] = 2",
            ["1 line 3: read table = {'k': [1]}, read table['k'] = [1], write table['k'][0] = 2"],
        ),
        (
            "items = []\ndef one():\n    items.append(5)\n    if items:\n        del items[0]",
            [
                "1 line 3: read items = [], write items.append() = [5]",
                "1 line 4: read items = [5], read items = [5]",
                "1 line 5: read items = [5], write items[0] = ",
            ],
        ),
        (
            "table = {}\ndef one():\n    if 'k' not in table:\n        table['k'] = (1, 'x' * 99)",
            [
                "1 line 3: read table = {}, read 'k' in table = False",
                "1 line 4: read table = {}, write table['k'] = (1, 'xx…",
            ],
        ),
    ],
    ids=["global", "closure", "item", "list", "dictionary"],
)
def test_values_are_shown_wherever_they_are_kept(source: str, expected: list[str]) -> None:
    """Globals, closures, items and containers show what was read and written, clipped."""
    shown = replay(scenario(source, both("one")), Schedule(), files=FILES)
    assert [re.sub("x{5,}…", "xx…", line) for line in lines(shown.steps)] == expected


def test_showing_a_value_runs_no_code_of_the_program() -> None:
    """Neither `__repr__` nor a property or `__getattr__` of the program is called to show a value."""
    source = """
        calls = []

        class Odd:
            def __init__(self):
                self.inner = self

            def __repr__(self):
                calls.append("repr")
                return "odd"

            def __getattr__(self, name):
                calls.append(name)
                return 1

            @property
            def made_up(self):
                calls.append("property")
                return 2

        odd = Odd()
        seen = calls

        def one():
            odd.inner
            odd.missing
            odd.made_up
    """
    shown = replay(scenario(source, both("one")), Schedule(), files=FILES)
    assert shown.run.value == ["missing", "property"]
    assert "1 line 25: read odd = <Odd>, read odd.inner = <Odd>" in lines(shown.steps)


def test_a_deadlock_shows_where_each_lock_was_taken() -> None:
    """The replay has what the search leaves out: the line at which the holder took the lock."""
    run = scenario(OPPOSITE_LOCKS, both("forwards", "backwards"))
    stuck = explore(run, files=FILES).outcomes[1]
    standstill = replay(run, str(stuck.schedule), files=FILES).run.standstill
    assert standstill is not None
    sites = {one.name: (one.site, one.holder_site) for one in standstill.stuck[1:]}
    assert {name: (site and site.line, held and held.line) for name, (site, held) in sites.items()} == {
        "Thread-1 (forwards)": (9, 13),
        "Thread-2 (backwards)": (14, 8),
    }


@pytest.mark.parametrize(
    ("source", "threads"), [(UNLOCKED, 3), (HALF_LOCKED, 2), (LOCKED, 2)], ids=["unlocked", "half locked", "locked"]
)
def test_every_schedule_that_was_found_can_be_replayed(source: str, threads: int) -> None:
    """Each outcome's schedule, read back from its text, gives the same outcome."""
    run = scenario(source, count_to(threads))
    for outcome in explore(run, files=FILES).outcomes:
        assert outcome_key(replay(run, str(outcome.schedule), files=FILES).run) == outcome.key


def test_every_schedule_can_be_replayed() -> None:
    """Not only the first schedule of an outcome but every one gives the same result when it is run alone."""
    run = scenario(UNLOCKED, count_to(2))
    outcomes = explore(run, files=FILES, key=lambda _: object()).outcomes
    assert len(outcomes) > 20
    for outcome in outcomes:
        assert replay(run, outcome.schedule, files=FILES).run.value == outcome.run.value


def test_a_replay_is_the_same_every_time() -> None:
    """A hundred replays give one result, one trace and one list of steps."""

    def use(names: dict[str, Any]) -> Any:  # noqa: ANN401 - a number
        counter = names["Counter"]()
        in_threads(counter.increment, counter.increment, counter.increment)
        return counter.value

    run = scenario(HALF_LOCKED, use)
    schedule = explore(run, files=FILES).outcomes[-1].schedule

    def once() -> tuple[Any, ...]:
        shown: Replay = replay(run, schedule, files=FILES)
        return shown.run.value, shown.run.events, shown.steps, shown.collision

    first = once()
    assert all(once() == first for _ in range(99))


def test_a_schedule_of_another_version_is_refused() -> None:
    """Rather than a run that means nothing there is an error that says so."""
    with pytest.raises(ScheduleError, match=r"counts bytecodes of Python 3\.10"):
        replay(lambda: None, "3.10/1:2", files=FILES)


def test_a_schedule_that_doesnt_fit_is_refused() -> None:
    """A place that the program doesn't reach, or a thread that can't run there, means that the program has changed."""
    run = scenario(UNLOCKED, count_to(2))
    for switch in (Switch(999, 2), Switch(1, 9), Switch(7, 1, preempts=False)):
        with pytest.raises(ScheduleError, match="no longer follows the schedule"):
            replay(run, Schedule((switch,)), files=FILES)


def test_a_step_ends_where_another_thread_comes_between() -> None:
    """A line that was interrupted appears again where it went on."""
    shown = replay(scenario(UNLOCKED, count_to(2)), ONE_SWITCH, files=FILES)
    assert [step.thread for step in shown.steps if step.thread] == [1, 2, 1]
    assert [step.interrupted for step in shown.steps if step.thread] == [True, False, False]


def test_a_loop_on_one_line_is_a_step_for_each_turn() -> None:
    """Going back to the beginning of a line begins a new step."""
    source = "seen = 0\ndef one():\n    global seen\n    while seen < 3: seen += 1"
    shown = replay(scenario(source, both("one")), Schedule(), files=FILES)
    assert [line for line in lines(shown.steps) if "write" in line] == [
        "1 line 4: read seen = 0, read seen = 0, write seen = 1, read seen = 1",
        "1 line 4: read seen = 1, write seen = 2, read seen = 2",
        "1 line 4: read seen = 2, write seen = 3, read seen = 3",
    ]


def test_a_long_replay_keeps_its_beginning(monkeypatch: pytest.MonkeyPatch) -> None:
    """Steps beyond the limit are counted only."""
    monkeypatch.setattr("grader.simulation.exploration._recorder.STEP_LIMIT", 5)
    source = "def one():\n    for number in range(10):\n        number\n"
    shown = replay(scenario(source, both("one")), Schedule(), files=FILES)
    assert len(shown.steps) == 5
    assert shown.dropped > 10


def test_threads_without_shared_state_have_no_collision() -> None:
    """Where nothing is used by two threads nothing is claimed."""
    source = "def one():\n    x = 1\n    return x\n\ndef two():\n    y = 2\n    return y"
    assert replay(scenario(source, both("one", "two")), Schedule(), files=FILES).collision is None
