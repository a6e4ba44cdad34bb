"""What a search through schedules finds."""

from __future__ import annotations

import asyncio
import itertools
import random
import threading
import time
from typing import Any

import pytest

from grader.simulation import Exploration, Run, SimulationError, explore, run_together, simulate
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


def values(found: Exploration) -> list[Any]:
    """Return the result of each outcome, the first found first."""
    return [outcome.run.value for outcome in found.outcomes]


def test_a_lost_update_is_found() -> None:
    """Adding to an attribute without a lock loses an update under some schedule with one preemption."""
    found = explore(scenario(UNLOCKED, count_to(2)), files=FILES)
    assert values(found) == [2, 1]
    assert found.outcomes[1].schedule.preemptions == 1
    assert found.complete


def test_with_a_lock_nothing_is_found() -> None:
    """Every schedule of the correct program gives the same, and every schedule was tried."""
    found = explore(scenario(LOCKED, count_to(2)), files=FILES)
    assert values(found) == [2]
    assert found.complete
    assert found.outcomes[0].count == found.tried > 30


def test_a_lock_around_the_write_alone_is_found_out() -> None:
    """A lock that doesn't cover the read protects nothing."""
    assert values(explore(scenario(HALF_LOCKED, count_to(2)), files=FILES)) == [2, 1]


def test_three_threads_can_lose_two_updates() -> None:
    """With three threads a lost update and two lost updates are both found."""
    assert sorted(values(explore(scenario(UNLOCKED, count_to(3)), files=FILES))) == [1, 2, 3]


def test_check_then_act_is_found() -> None:
    """Two withdrawals that both find enough money overdraw the account."""
    source = """
        class Account:
            def __init__(self):
                self.balance = 10

            def withdraw(self):
                if self.balance >= 7:
                    self.balance -= 7
    """

    def use(names: dict[str, Any]) -> Any:  # noqa: ANN401 - a number
        account = names["Account"]()
        in_threads(account.withdraw, account.withdraw)
        return account.balance

    assert values(explore(scenario(source, use), files=FILES)) == [3, -4]


def test_a_cache_filled_twice_is_found() -> None:
    """A key that two threads find missing is computed by both."""
    source = """
        cache = {}
        computed = []

        def get():
            if 1 not in cache:
                computed.append(1)
                cache[1] = "value"
            return cache[1]
    """

    def use(names: dict[str, Any]) -> int:
        in_threads(names["get"], names["get"])
        return len(names["computed"])

    assert values(explore(scenario(source, use), files=FILES)) == [1, 2]


@pytest.mark.parametrize(
    "source",
    [
        """
        seen = 0

        def increment():
            global seen
            seen += 1
        """,
        """
        def counter():
            seen = 0

            def increment():
                nonlocal seen
                seen += 1

            return increment, lambda: seen

        increment, read = counter()
        """,
        """
        seen = [0]

        def increment():
            seen[0] += 1
        """,
    ],
    ids=["global", "closure", "item"],
)
def test_updates_are_lost_wherever_the_value_is_kept(source: str) -> None:
    """Globals, variables of a closure and items are as shared as attributes."""

    def use(names: dict[str, Any]) -> str:
        in_threads(names["increment"], names["increment"])
        return str(names["read"]() if "read" in names else names["seen"]).strip("[]")

    assert values(explore(scenario(source, use), files=FILES)) == ["2", "1"]


def test_a_deadlock_is_an_outcome_that_names_the_holders() -> None:
    """Locks taken in opposite order stop under some schedule, and the report says who holds what, at which lines."""
    found = explore(scenario(OPPOSITE_LOCKS, both("forwards", "backwards")), files=FILES)
    assert found.complete
    fine, stuck = found.outcomes
    assert fine.run.standstill is None
    assert stuck.schedule.preemptions == 1
    standstill = stuck.run.standstill
    assert standstill is not None
    assert standstill.reason == "deadlock"
    waits = {one.name: (one.kind, one.site.line, one.holder) for one in standstill.stuck if one.site is not None}
    assert waits == {
        "Thread-1 (forwards)": ("lock", 9, "Thread-2 (backwards)"),
        "Thread-2 (backwards)": ("lock", 14, "Thread-1 (forwards)"),
    }


def test_locks_taken_in_the_same_order_never_stop() -> None:
    """The same program with one order of locks has one outcome."""
    found = explore(scenario(OPPOSITE_LOCKS, both("forwards", "forwards")), files=FILES)
    assert found.complete
    assert len(found.outcomes) == 1


def test_an_error_in_a_thread_is_an_outcome(capsys: pytest.CaptureFixture[str]) -> None:
    """A thread that an error ends is told apart from one that ends by itself, and nothing is printed for each run."""
    source = """
        stock = [1]

        def take():
            if stock:
                stock.pop()
    """
    found = explore(scenario(source, both("take", "take")), files=FILES)
    errors = [[event.data["error"] for event in outcome.run.events] for outcome in found.outcomes]
    assert errors == [[], ["IndexError"], ["IndexError"]]
    assert capsys.readouterr() == ("", "")


def test_an_error_of_the_scenario_is_an_outcome() -> None:
    """What the scenario raises under some schedule is kept as that outcome's error."""

    def use(names: dict[str, Any]) -> None:
        if count_to(2)(names) != 2:
            msg = "lost"
            raise LookupError(msg)

    fine, lost = explore(scenario(UNLOCKED, use), files=FILES).outcomes
    assert fine.run.error is None
    assert isinstance(lost.run.error, LookupError)


def test_every_order_of_waiting_threads_is_tried_without_a_preemption() -> None:
    """Which of several threads goes first is a choice that costs nothing."""
    source = "seen = []\n" + "\n".join(f"def {name}(): seen.append('{name}')" for name in "abc")
    found = explore(scenario(source, both("a", "b", "c")), files=FILES, preemptions=0)
    orders = {"".join(value) for value in values(found)}
    assert orders == {"".join(order) for order in itertools.permutations("abc")}
    assert {outcome.schedule.preemptions for outcome in found.outcomes} == {0}


def test_threads_that_wake_at_the_same_instant_can_go_in_any_order() -> None:
    """Two sleeps that end together let either thread run first, and each be preempted for the other."""
    source = """
        import time

        class Counter:
            def __init__(self):
                self.value = 0

            def increment(self):
                time.sleep(1)
                self.value += 1
    """
    assert values(explore(scenario(source, count_to(2)), files=FILES)) == [2, 1]


def test_a_race_that_waiting_opens_needs_no_preemption() -> None:
    """A sleep between read and write loses the update under every schedule."""
    source = """
        import time

        class Counter:
            def __init__(self):
                self.value = 0

            def increment(self):
                value = self.value
                time.sleep(1)
                self.value = value + 1
    """
    found = explore(scenario(source, count_to(2)), files=FILES)
    assert values(found) == [1]
    assert found.outcomes[0].schedule.preemptions == 0


def test_a_pool_of_threads_is_explored_too() -> None:
    """Threads that a library starts run the program's functions, and so can be preempted in them."""
    source = (
        UNLOCKED
        + """
from concurrent.futures import ThreadPoolExecutor

def run():
    counter = Counter()
    with ThreadPoolExecutor(2) as pool:
        for _ in range(2):
            pool.submit(counter.increment)
    return counter.value
"""
    )
    found = explore(scenario(source, lambda names: names["run"]()), files=FILES, preemptions=1)
    assert values(found) == [2, 1]


def test_waiting_in_a_loop_ends() -> None:
    """A thread that asks for a flag again and again is interrupted after a while for the one that sets it."""
    source = """
        seen = []

        def wait():
            while not seen:
                pass

        def set():
            seen.append(1)
    """
    found = explore(scenario(source, both("wait", "set")), files=FILES, preemptions=0)
    assert values(found) == [[1]]


def test_threads_that_only_wait_for_one_another_in_loops_are_stopped() -> None:
    """A run in which no thread gets anywhere is stopped as endless."""
    source = """
        flag = False

        def wait():
            while not flag:
                pass
    """
    found = explore(scenario(source, both("wait", "wait")), files=FILES, preemptions=0, limit=1)
    standstill = found.outcomes[0].run.standstill
    assert standstill is not None
    assert standstill.reason == "endless"


def test_a_program_that_awaits_is_not_disturbed() -> None:
    """One event loop in one thread has one order, and the same result and simulated time as without exploring."""
    source = """
        import asyncio

        async def sleeper(seconds):
            await asyncio.sleep(seconds)
            return seconds

        async def main():
            async with asyncio.timeout(10):
                slept = await asyncio.gather(sleeper(3), sleeper(1))
            return slept, await asyncio.to_thread(sum, [1, 2])
    """
    run = scenario(source, lambda names: asyncio.run(names["main"]()))
    found = explore(run, files=FILES)
    assert found.complete
    assert found.tried == 1
    assert values(found) == [([3, 1], 3)]
    assert found.outcomes[0].run.elapsed == simulate(run).elapsed == 3_000_000_000


def test_exploring_twice_gives_the_same() -> None:
    """Nothing of one search is left for the next."""
    run = scenario(UNLOCKED, count_to(3))
    assert explore(run, files=FILES) == explore(run, files=FILES)


def test_fewer_preemptions_are_tried_first() -> None:
    """Each outcome comes with the simplest schedule that leads to it, in the order of the numbers of preemptions."""
    found = explore(scenario(UNLOCKED, count_to(3)), files=FILES)
    spent = [outcome.schedule.preemptions for outcome in found.outcomes]
    assert spent == sorted(spent)
    assert values(explore(scenario(UNLOCKED, count_to(3)), files=FILES, preemptions=0)) == [3]


def test_only_the_named_files_are_preempted() -> None:
    """Where no file is chosen, no thread is interrupted."""
    assert values(explore(scenario(UNLOCKED, count_to(2)), files=["other.py"])) == [2]


def test_a_limit_that_is_too_small_is_said_and_the_rest_is_sampled() -> None:
    """No schedule is left out silently: the result isn't complete, and says how many were drawn at random."""
    run = scenario(UNLOCKED, count_to(3))
    everything = explore(run, files=FILES)
    found = explore(run, files=FILES, limit=40)
    assert not found.complete
    assert found.tried == 40
    assert found.untried > 0
    assert 0 < found.sampled < 40
    assert {outcome.key for outcome in found.outcomes} <= {outcome.key for outcome in everything.outcomes}


def test_a_limit_that_just_fits_is_no_limit() -> None:
    """A search that needs exactly its limit is complete and draws nothing."""
    # Where each step binds a name, no two interruptions come to the same.
    run = scenario("a = b = 0\ndef step():\n    global a, b\n    a = 1; b = 1; a = 2; b = 2", both("step", "step"))
    everything = explore(run, files=FILES)
    assert explore(run, files=FILES, limit=everything.tried) == everything
    assert everything.sampled == 0
    assert not explore(run, files=FILES, limit=everything.tried - 1).complete


def test_samples_depend_on_the_seed_alone() -> None:
    """The same seed draws the same schedules, and another seed others."""
    run = scenario(UNLOCKED, count_to(3))

    def drawn(seed: int) -> list[Any]:
        schedules: list[Any] = []

        def key(result: Run[Any]) -> int:
            schedules.append(result.value)
            return 0

        explore(run, files=FILES, limit=60, seed=seed, key=key)
        return schedules

    assert drawn(1) == drawn(1)
    assert drawn(1) != drawn(2)


def test_a_search_ends_early_where_it_is_told_to() -> None:
    """`until` ends the search after the first run that satisfies it."""
    found = explore(scenario(UNLOCKED, count_to(2)), files=FILES, until=lambda run: run.value == 1)
    assert values(found) == [2, 1]
    assert found.outcomes[1].count == 1
    assert not found.complete


def test_outcomes_are_told_apart_by_the_given_key() -> None:
    """Runs whose keys are equal are one outcome."""
    found = explore(scenario(UNLOCKED, count_to(3)), files=FILES, key=lambda run: run.value == 3)
    assert [outcome.key for outcome in found.outcomes] == [True, False]
    assert sum(outcome.count for outcome in found.outcomes) == found.tried


def test_addresses_in_results_make_no_outcomes() -> None:
    """Two objects of one class are the same result wherever they lie in memory."""
    found = explore(scenario(LOCKED, lambda names: (count_to(2)(names), names["Counter"]())), files=FILES)
    assert len(found.outcomes) == 1


def test_a_program_that_differs_from_run_to_run_is_not_called_complete() -> None:
    """Schedules that can't be followed because the program keeps something from run to run are counted."""
    runs = itertools.count()

    def use(names: dict[str, Any]) -> Any:  # noqa: ANN401 - a number
        return count_to(2 if next(runs) < 5 else 1)(names)

    found = explore(scenario(UNLOCKED, use), files=FILES)
    assert found.strayed > 0
    assert not found.complete


def test_random_numbers_are_the_same_in_every_run() -> None:
    """A program that draws random numbers can be searched: each run begins with the same seed."""
    source = UNLOCKED + "\nimport random\nthreads = random.randint(2, 3)\n"
    random.seed()
    found = explore(scenario(source, lambda names: count_to(names["threads"])(names)), files=FILES, preemptions=1)
    assert found.complete


@pytest.mark.parametrize("arguments", [{"preemptions": -1}, {"limit": 0}])
def test_nonsense_is_refused(arguments: dict[str, int]) -> None:
    """A negative number of preemptions and an empty search are mistakes of the caller."""
    with pytest.raises(ValueError, match=r"can't be negative|at least one"):
        explore(lambda: None, files=FILES, **arguments)  # type: ignore[arg-type]


def test_a_search_inside_a_simulation_is_refused() -> None:
    """There is one simulation at a time."""
    run = simulate(lambda: explore(lambda: None, files=FILES))
    assert isinstance(run.error, SimulationError)


def test_running_together_finds_the_same_with_fewer_schedules() -> None:
    """Waiting once for all threads, instead of joining one by one, leaves out only what changes nothing."""

    def use(names: dict[str, Any]) -> Any:  # noqa: ANN401 - a number
        counter = names["Counter"]()
        run_together(counter.increment, counter.increment, counter.increment)
        return counter.value

    few = explore(scenario(HALF_LOCKED, use), files=FILES)
    many = explore(scenario(HALF_LOCKED, count_to(3)), files=FILES)
    assert few.complete
    assert many.complete
    assert set(values(few)) == set(values(many)) == {1, 2, 3}
    assert few.tried * 2 < many.tried


def test_running_together_gives_results_in_order() -> None:
    """Whichever thread ends first, results come in the functions' order."""
    found = explore(lambda: run_together(lambda: "a", lambda: "b", lambda: "c"), files=FILES)
    assert values(found) == [["a", "b", "c"]]
    assert run_together() == []


def test_running_together_raises_the_first_error_when_all_have_ended() -> None:
    """An error is raised in the calling thread, the first one in the functions' order, and nobody is left running."""
    done: list[str] = []

    def fail(name: str) -> None:
        done.append(name)
        raise ValueError(name)

    run = simulate(lambda: run_together(lambda: done.append("a"), lambda: fail("b"), lambda: fail("c")))
    assert isinstance(run.error, ValueError)
    assert run.error.args == ("b",)
    assert done == ["a", "b", "c"]
    assert run.leftovers == ()


def test_a_stalled_thread_keeps_those_waiting_who_need_it() -> None:
    """With a stall, an interrupted thread stands still: whoever wants its lock waits as long, and others don't wait."""

    def timed(use: Any) -> Any:  # noqa: ANN401 - any program
        def program() -> float:
            shared, other = threading.Lock(), threading.Lock()

            def hold(lock: Any) -> float:  # noqa: ANN401 - a lock
                began = time.monotonic()
                with lock:
                    len("")
                return time.monotonic() - began

            return min(run_together(lambda: hold(shared), lambda: hold(use(shared, other))))

        return program

    def waits(use: Any) -> set[Any]:  # noqa: ANN401 - any program
        return set(values(explore(timed(use), files=[__file__], preemptions=1, stall=1.5)))

    assert waits(lambda shared, _: shared) == {0.0, 1.5}
    assert waits(lambda _, other: other) == {0.0}


def test_a_stall_is_a_time() -> None:
    """Nobody stands still for less than no time."""
    with pytest.raises(ValueError, match="stand still"):
        explore(lambda: None, files=FILES, stall=-1)


def test_a_loop_that_no_other_thread_can_end_is_endless() -> None:
    """Also where no other thread could run, a loop is stopped after so many places."""

    def program() -> None:
        count = [0]
        while count[0] >= 0:
            count[0] += 1

    found = explore(program, files=[__file__], until=lambda run: run.standstill is not None)
    assert [one.run.standstill.reason for one in found.outcomes if one.run.standstill] == ["endless"]
