"""Tests of who runs when."""

# mypy: disable-error-code="func-returns-value"
# A lambda does several things by way of a tuple.

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from grader.simulation import Environment, SimulationError, Trace, active, simulate
from grader.simulation._states import Waiting
from grader.tests.simulation.bench import SECOND, events, in_threads, line_of, seconds, stopped, value, watched


def test_one_thread_runs_at_a_time() -> None:
    """A thread that doesn't wait is never interrupted, so unprotected sums come out right."""

    def add_up() -> int:
        total = 0

        def add() -> None:
            nonlocal total
            for _ in range(10_000):
                total = total + 1

        in_threads(*[add] * 8)
        return total

    assert value(add_up) == 80_000


def test_threads_take_turns_in_the_order_of_starting() -> None:
    """Threads that can all run do so first come, first served."""

    def collect() -> list[str]:
        seen: list[str] = []

        def work(name: str) -> None:
            for _ in range(2):
                seen.append(name)
                time.sleep(0)

        in_threads(*[lambda name=name: work(name) for name in "abc"])
        return seen

    assert value(collect) == ["a", "b", "c", "a", "b", "c"] or value(collect) == ["a", "a", "b", "b", "c", "c"]


def test_wake_ups_of_one_instant_come_in_the_order_they_were_asked_for() -> None:
    """Sleeps that end at the same instant end in the order in which they began."""

    def collect() -> list[int]:
        seen: list[int] = []

        def work(number: int) -> None:
            time.sleep(number)
            time.sleep(10 - number)
            seen.append(number)

        in_threads(*[lambda number=number: work(number) for number in (4, 1, 3, 2)])
        return seen

    assert value(collect) == [1, 2, 3, 4]


def test_what_happens_at_the_last_instant_of_a_time_out_is_in_time() -> None:
    """An event that is set exactly when the wait for it would end has been set, whoever began to wait first."""

    def wait() -> bool:
        event = threading.Event()

        def set_later() -> None:
            time.sleep(1)
            event.set()

        thread = threading.Thread(target=set_later)
        thread.start()
        return event.wait(1)

    assert value(wait) is True


def test_a_join_with_exactly_enough_time_succeeds() -> None:
    """A thread that ends at the very instant that the time-out of a join falls on has been joined."""

    def join() -> bool:
        thread = threading.Thread(target=time.sleep, args=(2,))
        thread.start()
        thread.join(2)
        return thread.is_alive()

    assert value(join) is False


def test_sleeping_for_nothing_lets_the_others_run() -> None:
    """`sleep(0)` takes no time and hands the turn to the next."""

    def collect() -> list[str]:
        seen: list[str] = []

        def work() -> None:
            seen.append("thread")

        gate = threading.Lock()
        gate.acquire()
        threading.Thread(target=lambda: (gate.acquire(), work())).start()
        gate.release()
        seen.append("main")
        time.sleep(0)
        seen.append("main again")
        return seen

    assert value(collect) == ["main", "thread", "main again"]
    assert seconds(lambda: time.sleep(0)) == 0


def test_a_program_that_never_ends_is_stopped_when_its_time_is_used_up() -> None:
    """Waiting in an endless loop is stopped after the limit of simulated time, with the line that waits."""

    def wait_for_ever() -> None:
        while True:
            time.sleep(1)  # the endless wait

    standstill = stopped(wait_for_ever, limit=100)
    assert standstill.reason == "endless"
    assert standstill.time == 100 * SECOND
    [main] = standstill.stuck
    assert (main.thread, main.name, main.kind) == (0, "MainThread", "sleep")
    assert main.site is not None
    assert (main.site.line, main.site.call) == (line_of("the endless wait"), "sleep")


def test_the_limit_itself_may_be_used() -> None:
    """A program that needs exactly the limit comes to its end."""
    run = simulate(lambda: time.sleep(100), limit=100)
    assert run.standstill is None
    assert run.elapsed == 100 * SECOND


def _for_clock(end: float) -> None:
    while time.monotonic() < end:
        pass


def _for_thread(thread: threading.Thread) -> None:
    while thread.is_alive():
        pass


def _for_event(event: threading.Event) -> None:
    while not event.is_set():
        pass


def _for_lock(lock: Any) -> None:  # noqa: ANN401 - of a class that has no name in every version
    while not lock.acquire(blocking=False):
        pass


def _for_free_lock(lock: Any) -> None:  # noqa: ANN401 - of a class that has no name in every version
    while lock.locked():
        pass


def _for_semaphore(semaphore: threading.Semaphore) -> None:
    while not semaphore.acquire(blocking=False):
        pass


@pytest.mark.parametrize("kind", ["clock", "thread", "event", "lock", "free lock", "semaphore", "yielding"])
def test_busy_waiting_ends_when_what_it_waits_for_happens(kind: str) -> None:
    """A loop that only looks lets time pass, to the very instant at which something happens."""

    def look_again_and_again() -> int:
        lock = threading.Lock()
        event = threading.Event()
        semaphore = threading.Semaphore(0)
        lock.acquire()

        def happen() -> None:
            time.sleep(1.5)
            event.set()
            semaphore.release()
            lock.release()

        thread = threading.Thread(target=happen)
        thread.start()
        if kind == "clock":
            _for_clock(time.monotonic() + 1.5)
        elif kind == "thread":
            _for_thread(thread)
        elif kind == "event":
            _for_event(event)
        elif kind == "lock":
            _for_lock(lock)
        elif kind == "free lock":
            _for_free_lock(lock)
        elif kind == "semaphore":
            _for_semaphore(semaphore)
        else:
            while not semaphore.acquire(timeout=0):
                time.sleep(0)
        return time.monotonic_ns() - 1_000 * SECOND

    run = watched(look_again_and_again)
    assert run.value == 1.5 * SECOND
    [spin] = events(run, "spin")
    assert (spin.thread, spin.time, spin.data) == (0, 1.5 * SECOND, {"began": 0})
    assert spin.site is not None


def test_busy_waiting_alone_is_endless() -> None:
    """Looking for ever at something that nobody will change uses up the limit, and is told apart from sleeping."""

    def look_for_ever() -> None:
        event = threading.Event()
        while not event.is_set():
            pass

    standstill = stopped(look_for_ever)
    assert standstill.reason == "endless"
    assert standstill.stuck[0].detail == "busy waiting"


def test_looking_often_with_waits_between_takes_no_time() -> None:
    """Looks count as busy waiting only when nothing else is done between them."""

    def look_often() -> None:
        for _ in range(30):
            for _ in range(10_000):
                time.monotonic()
            time.sleep(1)

    assert seconds(look_often) == 30


def test_threads_that_only_have_to_end_are_let() -> None:
    """When the function has returned, threads that need no more time come to their end before anything is judged."""

    def leave() -> list[str]:
        seen: list[str] = []
        gate = threading.Lock()
        gate.acquire()
        threading.Thread(target=lambda: (gate.acquire(), seen.append("ended"))).start()
        gate.release()
        return seen

    run = simulate(leave)
    assert run.value == ["ended"]
    assert run.leftovers == ()


def test_many_threads_are_no_trouble() -> None:
    """Two thousand threads at once run, wait and end."""

    def start_many() -> int:
        threads = [threading.Thread(target=time.sleep, args=(number % 7,)) for number in range(2_000)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sum(thread.is_alive() for thread in threads)

    run = simulate(start_many)
    assert (run.value, run.elapsed) == (0, 6 * SECOND)


def test_an_environment_serves_many_runs() -> None:
    """The replacements can be made once for many runs, each of which begins afresh."""

    def name() -> tuple[str, int]:
        thread = threading.Thread()
        time.sleep(1)
        return thread.name, time.monotonic_ns()

    with Environment() as environment:
        runs = [environment.run(name, trace=Trace(frozenset())) for _ in range(3)]
    assert [run.value for run in runs] == [("Thread-1", 1_001 * SECOND)] * 3


def test_simulations_do_not_nest() -> None:
    """A simulation inside a simulation is refused, and the outer one goes on."""

    def nest() -> int:
        with pytest.raises(SimulationError, match="already running"):
            simulate(lambda: None)
        time.sleep(1)
        return 1

    assert value(nest) == 1


def test_a_schedule_may_choose_another_order() -> None:
    """Whoever runs next is what `Scheduler.choose` returns: the last one here."""

    def collect() -> list[int]:
        seen: list[int] = []
        gate = threading.Condition()

        def work(number: int) -> None:
            with gate:
                gate.wait()
            seen.append(number)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(3)]
        for thread in threads:
            thread.start()
        scheduler = active()
        assert scheduler is not None
        scheduler.choose = lambda ready: ready.pop()
        with gate:
            gate.notify_all()
        for thread in threads:
            thread.join()
        return seen

    assert sorted(value(collect)) == [0, 1, 2]
    assert value(collect) != [0, 1, 2]


def test_own_primitives_can_be_built() -> None:
    """`park` and `wake` are enough to build something that waits, and it shows in the trace and in reports."""

    def wait() -> bool:
        scheduler = active()
        assert scheduler is not None
        me = scheduler.running
        threading.Thread(target=lambda: (time.sleep(3), scheduler.wake(me))).start()
        return scheduler.park(Waiting("answer", detail="the oracle"))

    run = watched(wait)
    assert run.value is True
    [waited] = [event for event in events(run, "wait") if event.data["wait"] == "answer"]
    assert (waited.time, waited.data["detail"]) == (3 * SECOND, "the oracle")


def test_alarms_ring_before_anybody_who_waits_for_that_instant() -> None:
    """All alarms of an instant ring in the order in which they were set, and then sleeps and time-outs end."""

    def wait() -> list[object]:
        scheduler = active()
        assert scheduler is not None
        seen: list[object] = []

        def ring() -> None:
            seen.append(("first", scheduler.now))
            scheduler.call_later(0, lambda: seen.append("set meanwhile"))

        sleeper = threading.Thread(target=lambda: (time.sleep(1), seen.append("sleep")))
        sleeper.start()
        scheduler.call_later(SECOND, ring)
        scheduler.call_later(SECOND, lambda: seen.append("second"))
        scheduler.call_later(SECOND, lambda: seen.append("cancelled")).cancel()
        scheduler.call_later(5 * SECOND, lambda: seen.append("after the end"))
        threading.Event().wait(1)
        seen.append("time-out")
        sleeper.join()
        return seen

    run = simulate(wait)
    assert run.value == [("first", SECOND), "second", "set meanwhile", "sleep", "time-out"]
    assert run.elapsed == SECOND


def test_busy_waiting_reaches_an_alarm() -> None:
    """A loop that only looks at the clock sees an alarm ring at its very instant."""

    def loop() -> list[int]:
        scheduler = active()
        assert scheduler is not None
        rung: list[int] = []
        scheduler.call_later(SECOND // 3, lambda: rung.append(scheduler.now))
        while not rung:
            time.monotonic()
        return [*rung, scheduler.now]

    assert value(loop) == [SECOND // 3, SECOND // 3]
