"""Interruptions that come to the same as one that was run are left out, and no outcome with them."""

from __future__ import annotations

import random
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from grader.simulation import run_together
from grader.simulation._states import SimulatedThread
from grader.simulation.exploration._effects import Effect
from grader.simulation.exploration._equivalence import Equivalence
from grader.simulation.exploration._points import SharedOffsets
from grader.simulation.exploration._search import Plan, search
from grader.tests.simulation.exploration_programs import FILE, HALF_LOCKED, LOCKED, UNLOCKED, count_to, scenario
from grader.tests.simulation.test_exploration_points import STATE, STATEMENTS

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType

    from grader.simulation import Exploration

_SECOND = 1_000_000_000

MORE = (
    "time.sleep(1)",
    "x = time.monotonic()",
    "with state.lock: time.sleep(x % 2)",
    "other = State(); other.a = 7; x = other.a",
    "if state.a < x: state.a = x",
    "x = state.a + state.b * 2",
    "y = state; z = y.b; state.b = z + x",
    "with state.lock: x = state.a; state.a = x + 1",
    "if state.lock.acquire(False): x = 8; state.lock.release()",
    "x = total; add(x)",
    "state.c = x",
    "x = reading(state)",
    "if not state.a: state.a = 3",
    "del state.first",
    "x = state.first",
    "state.pair = state.a",
    "if state.pair: x = 1",
)


def every_place() -> Callable[[CodeType], frozenset[int]]:
    """Return the rule that names the same places, and tells nothing of what comes to the same."""
    shared = SharedOffsets()
    return lambda code: shared(code)


def searched(source: str, use: Any, plan: Plan) -> tuple[Exploration, Exploration]:  # noqa: ANN401 - as `scenario`
    """Search without what comes to the same, and with it."""
    run = scenario(source, use)
    return search(run, frozenset([FILE]), plan), search(run, frozenset([FILE]), replace(plan, rule=every_place()))


def together(*functions: str) -> Callable[[dict[str, Any]], Any]:
    """Call functions of the program in threads; return what they return, and what its state has come to."""

    def use(names: dict[str, Any]) -> object:
        returned = run_together(*[names[name] for name in functions])
        kept = sorted((name, repr(value)) for name, value in vars(names["state"]).items() if name != "lock")
        return returned, kept, names["total"]

    return use


@pytest.mark.parametrize(("preemptions", "stall"), [(1, 0), (2, 0), (1, _SECOND)])
@pytest.mark.parametrize("seed", range(12))
def test_no_outcome_of_any_program_is_lost(seed: int, preemptions: int, stall: int) -> None:
    """For programs put together at random, of two threads and of three, also when a thread stands still."""
    chance = random.Random(f"{seed} {preemptions} {stall}")  # noqa: S311 - for repeatable programs
    names = "fgh"[: chance.choice([2, 2, 3]) if preemptions == 1 else 2]
    source = f"{STATE}\nimport time\ndef reading(what):\n    return what.a\n"
    for name in names:
        source += f"def {name}():\n    x = {chance.choice([1, 2, 3])}; alias = state.items\n"
        source += "".join(f"    {chance.choice(STATEMENTS + MORE)}\n" for _ in range(chance.randint(1, 3)))
        source += "    return x\n"
    few, all_of_them = searched(source, together(*names), Plan(preemptions, limit=20_000, stall=stall))
    assert few.complete
    assert all_of_them.complete
    assert {outcome.key for outcome in few.outcomes} == {outcome.key for outcome in all_of_them.outcomes}


def counted(source: str, use: Any) -> tuple[int, int]:  # noqa: ANN401 - as `scenario`
    """Return how many schedules are run without those that come to the same, and with them; the outcomes are equal."""
    few, all_of_them = searched(source, use, Plan(2, limit=20_000))
    assert {outcome.key for outcome in few.outcomes} == {outcome.key for outcome in all_of_them.outcomes}
    return few.tried, all_of_them.tried


@pytest.mark.parametrize("source", [UNLOCKED, LOCKED, HALF_LOCKED], ids=["unlocked", "locked", "half locked"])
def test_steps_that_only_read_and_compute_are_no_places_of_their_own(source: str) -> None:
    """To interrupt ``value += 1`` before the sum comes to the same as before the read, unless the value has changed."""
    few, all_of_them = counted(source, count_to(2))
    assert few < all_of_them


TWO_LOOKS = """
import operator
import queue
import threading

class Others(queue.Queue):
    kind = 0

class Other:
    kind = 0

class Own:
    kind = 1
    seen = property(operator.attrgetter("kind"))

    def reset(self):
        self.kind = self.seen = 1

own = Own()

class Jobs(queue.Queue):
    def __init__(self):
        super().__init__()
        self.put(1)
        self.mine = 1
        self.each = [1]
        self.table = {1: 1}

    def reset(self):
        self.kind = self.chosen = 1

        self.seen = self.unfinished_tasks = 1

    kind = chosen = 1
    seen = property(operator.attrgetter("mine"))

    def take(self):
        self.get()
        self.task_done()
        self.mine = 0
        self.each.clear()
        self.table[1] = 0
        add(-1)

    def __getattr__(self, name):
        return self.mine if name == "through" else AttributeError

def add(number):
    global total
    total += number

def of_a_closure():
    kept = 1
    def look():
        return kept, kept
    def change():
        nonlocal kept
        kept = 0
    return look, change

total = 1
jobs = Jobs()
thread = threading.Thread(name="1")
look_into_it, change_it = of_a_closure()

def look(): {look}
def change(): {change}
"""


@pytest.mark.parametrize(
    ("look", "change"),
    [
        ("return jobs.mine, jobs.mine", "jobs.take()"),
        ("return jobs.mine, jobs.mine", "jobs.mine = 0"),
        ("return jobs.mine, jobs.mine", "del jobs.mine; jobs.mine = 0"),
        ("return jobs.through, jobs.through", "jobs.take()"),
        ("return jobs.unfinished_tasks, jobs.unfinished_tasks", "jobs.take()"),
        ("x = 1; return (jobs if x else own).unfinished_tasks, (jobs if x else own).unfinished_tasks", "jobs.take()"),
        ("return own.kind, own.kind", "own.kind = 0"),
        ("return own.seen, own.seen", "own.kind = 0"),
        ("return own.kind, own.kind", "Own.kind = 0"),
        ("return own.kind, own.kind", "own.__class__ = Other"),
        ("return jobs.each == [1], jobs.each == [1]", "jobs.take()"),
        ("x = jobs.each; return (1 if x else 0), (1 if x else 0)", "jobs.take()"),
        ("return jobs.table[1], jobs.table[1]", "jobs.take()"),
        ("return total, total", "jobs.take()"),
        ("return jobs.seen, jobs.seen", "jobs.mine = 0"),
        ("return jobs.kind, jobs.kind", "Jobs.kind = 0"),
        ("return jobs.kind, jobs.kind", "jobs.__class__ = Others"),
        ("return jobs.chosen, jobs.chosen", "Jobs.chosen = 0"),
        ("return look_into_it()", "change_it()"),
        ("return thread.name, thread.name", "thread.name = '0'"),
        ("x = jobs.each; y = x + x; return len(y), len(x + x)", "jobs.each.append(2)"),
    ],
)
def test_whatever_is_looked_at_twice_can_change_in_between(look: str, change: str) -> None:
    """Before both looks, between them and after them: at least three outcomes, whoever makes the change."""
    source = TWO_LOOKS.replace("{look}", look).replace("{change}", change)

    def use(names: dict[str, Any]) -> object:
        return run_together(names["look"], names["change"])[0]

    few, all_of_them = searched(source, use, Plan(1, limit=1_000))
    assert {outcome.key for outcome in few.outcomes} == {outcome.key for outcome in all_of_them.outcomes}
    assert len(few.outcomes) >= 3


def test_what_only_the_scenario_sets_can_change_in_between() -> None:
    """What a name is bound to in other files isn't seen, so to read it is a place of its own."""
    source = TWO_LOOKS.replace("{look}", "return own.tag, own.tag").replace("{change}", "pass")

    def use(names: dict[str, Any]) -> object:
        names["own"].tag = 1
        return run_together(names["look"], lambda: setattr(names["own"], "tag", names["change"]()))[0]

    few, all_of_them = searched(source, use, Plan(1, limit=1_000))
    assert {outcome.key for outcome in few.outcomes} == {outcome.key for outcome in all_of_them.outcomes}
    assert len(few.outcomes) == 3


class Followed:
    """An interruption that is followed step by step: of frames that read `x`, bind `x`, or do whatever."""

    def __init__(self) -> None:
        self.threads = [SimulatedThread(number, "") for number in range(3)]
        effects = {
            "read": {0: Effect("reads", variables=frozenset({("global", "x")}))},
            "bind": {0: Effect("binds", variables=frozenset({("global", "x")}))},
        }
        self.it = Equivalence(lambda code: effects.get(code, {}), *self.threads[:2])  # type: ignore[call-overload]

    def steps(self, *codes: str) -> None:
        """Come to steps of these kinds, one after another, as long as anybody asks."""
        for code in codes:
            if self.it.open:
                self.it.step(self._frame(code))

    def goes_on(self, code: str) -> None:
        """The interrupted thread goes on with a step of this kind."""
        self.it.go_on(self._frame(code))

    @staticmethod
    def _frame(code: str) -> Any:  # noqa: ANN401 - a double
        return SimpleNamespace(f_code=code, f_lasti=0, f_globals={})


def test_places_are_counted_up_to_the_first_step_that_does_more() -> None:
    """What is read before it comes to the same: the place before it as well."""
    followed = Followed()
    interrupted, other, _ = followed.threads
    followed.it.switch(other, [interrupted])
    followed.steps("whatever", "read")
    followed.it.switch(interrupted, [])
    followed.goes_on("read")
    followed.steps("read", "whatever", "read")
    assert followed.it.places == 2
    assert not followed.it.open


def test_what_the_other_has_bound_is_not_read_before_it() -> None:
    """The first step that reads it ends the search."""
    followed = Followed()
    followed.steps("bind")
    followed.it.switch(followed.threads[0], [])
    followed.goes_on("read")
    followed.steps("read")
    assert followed.it.places == 0


@pytest.mark.parametrize(
    ("chosen", "ready"), [(2, []), (1, [0, 2]), (0, [2]), (0, [1])], ids=["runs", "could run", "waits", "both go on"]
)
def test_nothing_is_concluded_where_somebody_else_could_run(chosen: int, ready: list[int]) -> None:
    """Between the two, or before the interrupted thread goes on."""
    followed = Followed()
    followed.it.switch(followed.threads[chosen], [followed.threads[number] for number in ready])
    assert not followed.it.open


def test_nothing_is_concluded_once_the_thread_has_given_way_again() -> None:
    """What others do then isn't known."""
    followed = Followed()
    interrupted, other, _ = followed.threads
    followed.it.switch(interrupted, [])
    followed.goes_on("read")
    followed.it.switch(other, [interrupted])
    followed.it.switch(interrupted, [])
    followed.steps("read")
    assert followed.it.places == 0


def test_who_wakes_when_the_interrupted_thread_does_may_go_before_it() -> None:
    """Interrupted after its first look, it sees what the other one does at the instant at which both wake."""
    source = f"""{STATE}
import time

def f():
    time.sleep(1)
    state.b = 7
    state.a = 9

def g():
    return state.sum
"""
    few, all_of_them = searched(source, together("f", "g"), Plan(1, limit=1_000, stall=_SECOND))
    assert {outcome.key for outcome in few.outcomes} == {outcome.key for outcome in all_of_them.outcomes}
    assert {outcome.run.value[0][1] for outcome in few.outcomes if outcome.run.value is not None} == {1, 7, 16}
