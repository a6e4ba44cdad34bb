"""Tests of locks and of what `threading` builds on them."""

# mypy: disable-error-code="func-returns-value"
# A lambda does several things by way of a tuple.

from __future__ import annotations

import _thread
import copy
import math
import pickle
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from grader.simulation import simulate
from grader.tests.simulation.bench import SECOND, in_threads, seconds, value

if TYPE_CHECKING:
    from collections.abc import Callable

MAKERS = ["Lock", "RLock"]


def test_a_lock_excludes_and_serves_in_order() -> None:
    """Eight threads that hold a lock for a second each take eight seconds, in the order in which they asked."""

    def queue_up() -> list[int]:
        lock = threading.Lock()
        served: list[int] = []

        def work(number: int) -> None:
            with lock:
                time.sleep(1)
                served.append(number)

        in_threads(*[lambda number=number: work(number) for number in range(8)])
        return served

    run = simulate(queue_up)
    assert run.value == list(range(8))
    assert run.elapsed == 8 * SECOND


@pytest.mark.parametrize("maker", MAKERS)
def test_acquiring_with_a_time_out(maker: str) -> None:
    """A time-out ends the wait for a held lock exactly in time, and a lock released before is taken."""

    def try_it() -> list[object]:
        lock = getattr(threading, maker)()
        holding = threading.Thread(target=lambda: (lock.acquire(), time.sleep(2), lock.release()))
        holding.start()
        time.sleep(0.5)
        found = [lock.acquire(timeout=1), time.monotonic(), lock.acquire(timeout=1), time.monotonic()]
        lock.release()
        return [*found, lock.acquire(blocking=False), lock.acquire(blocking=False)]

    again = maker == "RLock"
    assert value(try_it) == [False, 1001.5, True, 1002.0, True, again]


@pytest.mark.parametrize("maker", MAKERS)
@pytest.mark.parametrize(
    "arguments",
    [
        (True, -2),
        (True, math.nan),
        (True, 1e300),
        (True, "1"),
        (False, 1),
        (False, -2),
        (True, threading.TIMEOUT_MAX * 2),
    ],
)
def test_wrong_arguments_raise_what_the_real_lock_raises(maker: str, arguments: tuple[Any, ...]) -> None:
    """Impossible time-outs are refused with the real lock's exceptions and words."""
    with pytest.raises((ValueError, OverflowError, TypeError)) as real:
        getattr(threading, maker)().acquire(*arguments)
    with pytest.raises(real.type) as simulated:
        value(lambda: getattr(threading, maker)().acquire(*arguments))
    assert str(simulated.value) == str(real.value)


@pytest.mark.parametrize("maker", MAKERS)
def test_releasing_a_lock_that_is_free(maker: str) -> None:
    """It raises what the real one raises."""
    with pytest.raises(RuntimeError) as real:
        getattr(threading, maker)().release()
    with pytest.raises(RuntimeError) as simulated:
        value(lambda: getattr(threading, maker)().release())
    assert str(simulated.value) == str(real.value)


@pytest.mark.parametrize("maker", MAKERS)
@pytest.mark.parametrize("use", [copy.copy, copy.deepcopy, pickle.dumps])
def test_locks_can_not_be_copied(maker: str, use: Callable[[object], object]) -> None:
    """Copying or pickling raises what the real one raises."""
    with pytest.raises(TypeError) as real:
        use(getattr(threading, maker)())
    with pytest.raises(TypeError) as simulated:
        value(lambda: use(getattr(threading, maker)()))
    assert str(simulated.value) == str(real.value)


def test_the_real_locks_interface_is_there() -> None:
    """Everything public that real locks have, old names included, the simulated ones have, and no more."""
    real = [{name for name in dir(getattr(threading, maker)()) if not name.startswith("_")} for maker in MAKERS]
    simulated = value(
        lambda: [{name for name in dir(getattr(threading, maker)()) if not name.startswith("_")} for maker in MAKERS]
    )
    own = {"made_at", "number", "owner", "taken_at"}
    assert [names - own for names in simulated] == real


def test_locks_are_recognised_by_type() -> None:
    """What a program may ask about the type of a lock has the same answer as outside."""

    def ask() -> list[bool]:
        lock = threading.Lock()
        return [
            isinstance(lock, type(threading.Lock())),
            isinstance(lock, _thread.LockType),
            type(_thread.allocate_lock()) is type(lock),
            isinstance(threading.RLock(), type(threading.RLock())),
            isinstance(threading.RLock(), type(lock)),
        ]

    assert value(ask) == ask() == [True, True, True, True, False]


def test_locks_made_by_lower_names_are_simulated() -> None:
    """`_thread.allocate_lock` and the locks of the import system wait in virtual time, too."""

    def hold() -> None:
        lock = _thread.allocate_lock()
        lock.acquire()
        threading.Thread(target=lambda: (time.sleep(4), lock.release_lock())).start()
        lock.acquire_lock()
        assert lock.locked_lock()

    assert seconds(hold) == 4


def test_a_re_entrant_lock_counts() -> None:
    """Its holder may take it again, and others wait for as many releases."""

    def nest() -> list[object]:
        lock = threading.RLock()
        seen: list[object] = []

        def other() -> None:
            with pytest.raises(RuntimeError, match="un-acquired"):
                lock.release()
            with lock:
                seen.append(time.monotonic())

        with lock:
            with lock:
                thread = threading.Thread(target=other)
                thread.start()
                time.sleep(1)
            time.sleep(1)
        thread.join()
        return seen

    assert value(nest) == [1002.0]


@pytest.mark.parametrize("maker", [None, "Lock", "RLock"])
def test_a_condition_waits_and_notifies(maker: str | None) -> None:
    """Consumers wait for a condition over any kind of lock, with and without time-outs, and nest."""

    def exchange() -> list[object]:
        condition = threading.Condition(None if maker is None else getattr(threading, maker)())
        items: list[int] = []
        seen: list[object] = []

        def consume() -> None:
            with condition:
                seen.append(condition.wait(0.5))
                seen.append(condition.wait_for(lambda: len(items) == 2, timeout=10))
                seen.append((time.monotonic(), sum(items)))

        def produce() -> None:
            for number in range(2):
                time.sleep(1)
                with condition:
                    items.append(number)
                    condition.notify()

        in_threads(consume, produce)
        with pytest.raises(RuntimeError, match="un-acquired"):
            condition.notify()
        return seen

    assert value(exchange) == [False, True, (1002.0, 1)]


def test_a_condition_over_a_lock_held_twice_lets_go_of_it_whole() -> None:
    """Waiting releases a re-entrant lock however often it is held, and takes it back as often."""

    def wait() -> bool:
        condition = threading.Condition()

        def wake() -> None:
            with condition:
                condition.notify()

        with condition, condition:
            threading.Thread(target=wake).start()
            condition.wait()
            condition.notify()
        return condition.acquire(blocking=False)

    assert value(wait) is True


def test_an_event_wakes_everybody() -> None:
    """All who wait for an event go on when it is set, and it can be cleared and waited for again."""

    def wait() -> list[object]:
        event = threading.Event()
        seen: list[object] = []

        def work() -> None:
            event.wait()
            seen.append(time.monotonic())

        threads = [threading.Thread(target=work) for _ in range(3)]
        for thread in threads:
            thread.start()
        time.sleep(2)
        event.set()
        for thread in threads:
            thread.join()
        event.clear()
        return [*seen, event.wait(1), time.monotonic(), event.is_set()]

    assert value(wait) == [1002.0, 1002.0, 1002.0, False, 1003.0, False]


@pytest.mark.parametrize("maker", ["Semaphore", "BoundedSemaphore"])
def test_a_semaphore_lets_so_many_in(maker: str) -> None:
    """Ten seconds of work by ten threads, three at a time, take four."""

    def work() -> list[object]:
        semaphore = getattr(threading, maker)(3)
        inside = peak = 0

        def one() -> None:
            nonlocal inside, peak
            with semaphore:
                inside += 1
                peak = max(peak, inside)
                time.sleep(1)
                inside -= 1

        in_threads(*[one] * 10)
        held = [semaphore.acquire(timeout=1) for _ in range(4)]
        semaphore.release(3)
        return [peak, held, time.monotonic()]

    assert value(work) == [3, [True, True, True, False], 1005.0]


def test_a_bounded_semaphore_is_bounded() -> None:
    """One release too many is an error."""
    with pytest.raises(ValueError, match="released too many times"):
        value(lambda: threading.BoundedSemaphore(1).release())


def test_a_barrier_brings_threads_together() -> None:
    """Threads that arrive at different times leave together, round after round."""

    def meet() -> list[float]:
        seen: list[float] = []
        barrier = threading.Barrier(3, action=lambda: seen.append(time.monotonic()))

        def work(number: int) -> None:
            for _ in range(2):
                time.sleep(number)
                barrier.wait()

        in_threads(*[lambda number=number: work(number) for number in (1, 3, 2)])
        return seen

    assert value(meet) == [1003.0, 1006.0]


def test_a_barrier_breaks_when_somebody_is_too_late() -> None:
    """A time-out breaks the barrier for all who wait at it."""

    def meet() -> list[str]:
        barrier = threading.Barrier(3)
        seen: list[str] = []

        def work(timeout: float | None) -> None:
            try:
                barrier.wait(timeout)
            except threading.BrokenBarrierError:
                seen.append(f"broken at {time.monotonic() - 1000:g}")

        in_threads(lambda: work(None), lambda: work(2))
        return seen

    assert value(meet) == ["broken at 2", "broken at 2"]


def test_a_timer_fires_in_virtual_time() -> None:
    """A timer calls its function when its time has come, unless it was cancelled before."""

    def wait() -> list[object]:
        seen: list[object] = []
        kept = threading.Timer(5, lambda: seen.append(time.monotonic()))
        cancelled = threading.Timer(3, lambda: seen.append("never"))
        kept.start()
        cancelled.start()
        time.sleep(1)
        cancelled.cancel()
        cancelled.join()
        seen.append(time.monotonic())
        kept.join()
        return seen

    assert value(wait) == [1001.0, 1005.0]


def test_locals_belong_to_threads() -> None:
    """Each thread has its own attributes, and they go when the thread ends, before anyone who waited for it goes on."""

    def use() -> list[object]:
        seen: list[object] = []

        class Held:
            def __init__(self, name: str) -> None:
                self.name = name

            def __del__(self) -> None:
                seen.append(f"{self.name} went at {time.monotonic() - 1000:g}")

        own = threading.local()
        own.held = "of the first thread"

        def work(number: int) -> None:
            own.held = Held(str(number))
            time.sleep(number)
            seen.append(own.held.name)

        in_threads(lambda: work(2), lambda: work(1))
        return [*seen, own.held]

    assert value(use) == ["1", "1 went at 1", "2", "2 went at 2", "of the first thread"]


def test_a_function_cached_as_a_property_may_wait() -> None:
    """`functools.cached_property`, which holds a lock on Python 3.11, can wait in virtual time in two threads."""

    def use() -> float:
        import functools  # noqa: PLC0415 - inside, where its class is made

        class Slow:
            @functools.cached_property
            def number(self) -> int:
                time.sleep(1)
                return 1

        slow = Slow()
        in_threads(lambda: slow.number, lambda: slow.number)
        return slow.number

    assert value(use) == 1


def test_modules_may_be_imported_by_two_threads_at_once(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ANN401 - a path
    """A module that sleeps while it is imported is imported once; the second thread waits for the first."""
    (tmp_path / "slow_module_of_a_test.py").write_text("import time\ntime.sleep(2)\nMADE = time.monotonic()\n")
    monkeypatch.syspath_prepend(tmp_path)

    def use() -> list[float]:
        seen: list[float] = []

        def load() -> None:
            import slow_module_of_a_test  # type: ignore[import-not-found]  # noqa: PLC0415 - it is made by this test

            seen.append(slow_module_of_a_test.MADE)

        in_threads(load, load)
        return seen

    assert value(use) == [1002.0, 1002.0]
