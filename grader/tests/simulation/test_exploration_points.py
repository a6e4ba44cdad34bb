"""Preempting only where shared state can be touched reaches what preempting everywhere does."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest

from grader.simulation.exploration._points import SharedOffsets, all_offsets
from grader.simulation.exploration._search import Plan, search
from grader.tests.simulation.exploration_programs import (
    FILE,
    HALF_LOCKED,
    LOCKED,
    OPPOSITE_LOCKS,
    UNLOCKED,
    both,
    count_to,
    in_threads,
    scenario,
)

STATE = """
import threading

total = 0

class State:
    def __init__(self):
        self.a = 0
        self.b = 1
        self.items = []
        self.table = {}
        self.pair = (1, 2)
        self.lock = threading.Lock()
        self.first = 4

    def move(self, step):
        self.a, self.b = self.b, self.a + step * LIMIT

    @property
    def sum(self):
        return self.a + self.b

state = State()
seen = []
LIMIT = 2

def replaced():
    return 6

def replace(value):
    global replaced
    replaced = lambda: value

def add(value):
    global total
    total += value
"""

STATEMENTS = (
    "state.a += 1",
    "state.a = state.b",
    "state.a *= 2",
    "state.b = state.a + 1",
    "x = state.a",
    "state.a = x",
    "x += state.b",
    "state.a, state.b = state.b, state.a",
    "x = state.sum",
    "if state.a == 0: state.a = 5",
    "while x and state.b: state.b = 0",
    "other = state; other.a -= 1",
    "state.items.append(x)",
    "state.items += [x]",
    "state.items = [x]",
    "state.items = []",
    "alias = state.items",
    "alias.append(3)",
    "x = len(alias)",
    "x = 1 if alias else 0; x += 2 if alias == [3] else 4",
    "x = len(alias + state.items)",
    "x = 5 if state.items else 7",
    "x = 2 if state.items == [1] else 3",
    "for y in state.items: x += y",
    "x = sum([*state.items])",
    "x = len(f'{state.items}')",
    "state.table[1] = x",
    "x = state.table.get(1, 0)",
    "x = 1 if 1 in state.table else 2",
    "state.table.pop(1, None)",
    "first, second = state.pair; x = first + second",
    "state.pair = (x, 1)",
    "x = total",
    "add(x)",
    "with state.lock: state.a += 1",
    "with state.lock: state.b = x",
    "state.move(x)",
    "state.once = [x]; x = len(state.once)",
    "held = state.lock; held.acquire(); state.a = 9; held.release()",
    "x = state.first or x",
    "x = LIMIT + x",
    "x = replaced()",
    "replace(x)",
)


def outcomes_both_ways(source: str, use: Any, preemptions: int) -> tuple[set[Any], set[Any]]:  # noqa: ANN401 - as `scenario`
    """Return the outcomes of preempting where it matters, and of preempting everywhere."""
    run = scenario(source, use)
    plan = Plan(preemptions, limit=20_000)
    few, all_of_them = (
        search(run, frozenset([FILE]), replace(plan, rule=rule)) for rule in (SharedOffsets(), all_offsets)
    )
    assert few.complete
    assert all_of_them.complete
    assert few.tried <= all_of_them.tried
    return {outcome.key for outcome in few.outcomes}, {outcome.key for outcome in all_of_them.outcomes}


@pytest.mark.parametrize(
    ("source", "use"),
    [
        (UNLOCKED, count_to(2)),
        (LOCKED, count_to(2)),
        (HALF_LOCKED, count_to(2)),
        (OPPOSITE_LOCKS, both("forwards", "backwards")),
    ],
    ids=["unlocked", "locked", "half locked", "opposite locks"],
)
def test_two_preemptions_reach_the_same_outcomes(source: str, use: Any) -> None:  # noqa: ANN401 - as `scenario`
    """For known programs, the places left out change nothing, with up to two preemptions."""
    reduced, full = outcomes_both_ways(source, use, preemptions=2)
    assert reduced == full


@pytest.mark.parametrize("seed", range(20))
def test_one_preemption_reaches_the_same_outcomes_of_any_program(seed: int) -> None:
    """For programs put together at random, containers and aliases included, the places left out change nothing."""
    chance = random.Random(seed)  # noqa: S311 - for repeatable programs
    source = STATE
    for name in "fg":
        source += f"def {name}():\n    x = {chance.choice([1, 2, 3])}; alias = state.items\n"
        source += "".join(f"    {chance.choice(STATEMENTS)}\n" for _ in range(chance.randint(1, 3)))
        source += f"    seen.append(({name!r}, x))\n"

    def use(names: dict[str, Any]) -> object:
        in_threads(names["f"], names["g"])
        state = names["state"]
        return state.a, state.b, state.items, state.table, state.pair, names["total"], sorted(names["seen"])

    reduced, full = outcomes_both_ways(source, use, preemptions=1)
    assert reduced == full


PROGRAM = """
import threading
import time as clock
total = 0
LIMIT = 10

class Account:
    fee = 1
    kind = "plain"
    def __init__(self, other):
        self.lock = threading.Lock()
        self.balance = 0
        self.history = []
        other.owner = self
    def close(self):
        self.history = None
        self.kind = "closed"

def count():
    global total
    total += 1

def closure(limit):
    once = 1
    twice = 1
    twice = 2
    for each in range(3):
        late = each
    def inner(account):
        {body}
    return inner
"""


def places_in_program(body: str) -> int:
    """Count the places in a function with this body, in a module whose code has been seen."""
    shared = SharedOffsets()
    module = compile(PROGRAM.format(body=body), FILE, "exec")
    shared(module)
    names: dict[str, Any] = {}
    exec(module, names)  # noqa: S102 - the point
    return len(shared(names["closure"](1).__code__))


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("account.lock; account.fee; account.balance; account.close", 0),
        ("account.history", 1),
        ("account.kind", 1),
        ("account.owner", 1),
        ("account.elsewhere", 1),
        ("account.balance = 1", 1),
        ("account.lock; account.balance = 1; account.balance", 2),
        ("with account.lock: pass", 4),
        ("LIMIT; Account; len; threading.Lock; clock.sleep", 0),
        ("total", 1),
        ("account.close()", 1),
        ("account.elsewhere()", 1),
        ("account.history.append(1)", 2),
        ("account.history()", 2),
        ("once; limit", 0),
        ("twice", 1),
        ("late", 1),
        ("account.__init__(account); account.lock", 3),
        ("setattr(account, 'lock', None); account.lock", 3),
        ("vars(account)['lock'] = None; account.lock", 4),
    ],
)
def test_what_is_bound_once_can_be_read_at_any_time(body: str, count: int) -> None:
    """No place: attributes that only constructors and classes bind, methods, modules, globals and variables set once.

    It is one if any line of the program binds it again, or may do so in a way that doesn't show.
    """
    assert places_in_program(body) == count


def places(source: str) -> int:
    """Count the places in a function with this body."""
    names: dict[str, Any] = {}
    exec(f"def function(x, y, alias):\n    {source}", names)  # noqa: S102 - the point
    return len(SharedOffsets()(names["function"].__code__))


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ("x = 1; y = x; x, y = y, x", 0),
        ("x = x + 1; x -= 2; x = -x; y = x == 3", 0),
        ("if x is None: return y", 0),
        ("x.value += 1", 2),
        ("x.value += y", 3),
        ("x.value = y", 1),
        ("x[0]", 1),
        ("x[0] = y", 1),
        ("x == y", 1),
        ("if x == 1: return 2", 0),
        ("y in x", 1),
        ("len", 1),
        ("len(x)", 2),
        ("x()", 1),
        ("return [1, 2, 3]", 0),
    ],
)
def test_places_are_where_something_shared_can_be_touched(source: str, count: int) -> None:
    """Local variables, numbers and fresh values are no places; attributes, items, globals, calls and containers are."""
    assert places(source) == count


def test_a_prefixed_instruction_is_one_place() -> None:
    """In a function with very many names, where an instruction takes several bytecodes, each place is found once."""
    body = "\n    ".join(f"x.a{number}" for number in range(400))
    assert places(body) == 400


def test_a_finalizer_has_no_places() -> None:
    """A thread isn't interrupted in `__del__`, which can run wherever an object goes."""
    names: dict[str, Any] = {}
    exec("def __del__(self): self.a.b = 1", names)  # noqa: S102 - the point
    assert SharedOffsets()(names["__del__"].__code__) == frozenset()


def test_a_long_function_is_interrupted_at_every_attribute() -> None:
    """Each of 300 attributes with names of their own that are bound is a place at which the other can come between."""
    attributes = "".join(f"        self.a{number} = 0\n" for number in range(300))
    start = "class Many:\n    def __init__(self):\n        self.reset()\n"
    source = f"{start}    def reset(self):\n{attributes}"

    def use(names: dict[str, Any]) -> None:
        many = names["Many"]()
        in_threads(many.reset, lambda: None)

    found = search(scenario(source, use), frozenset([FILE]), Plan(preemptions=1, limit=1_000))
    assert found.complete
    assert found.tried > 300
