"""Tests of how a simulation gets rid of code that doesn't want to go."""

# mypy: disable-error-code="func-returns-value"
# A lambda does several things by way of a tuple.

from __future__ import annotations

import asyncio
import gc
import queue
import subprocess
import sys
import textwrap
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import pytest

from grader.simulation import simulate
from grader.tests.simulation.bench import SECOND, stopped, value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def wait_for_ever() -> None:
    """Wait for something that never happens."""
    threading.Event().wait()


def try_again() -> None:
    """Catch everything, and wait again."""
    while True:
        try:
            wait_for_ever()
        except:  # noqa: E722, S110 - as programs do
            pass


def try_again_with_continue() -> None:
    """Catch everything, and wait again, another way."""
    while True:
        try:
            time.sleep(1)
        except BaseException:
            continue


def try_again_in_finally() -> None:
    """Never leave a `finally`."""
    while True:
        try:
            wait_for_ever()
        finally:
            continue


def try_again_two_deep() -> None:
    """Catch everything at two levels."""
    while True:
        with suppress(BaseException):
            try_again()


def try_again_recursively() -> None:
    """Catch everything, and begin anew inside the handler."""
    try:
        wait_for_ever()
    except BaseException:
        try_again()


STUBBORN = [try_again, try_again_with_continue, try_again_in_finally, try_again_two_deep, try_again_recursively]


@pytest.mark.parametrize("function", STUBBORN)
@pytest.mark.parametrize("place", ["first thread", "other thread", "task", "pool"])
def test_code_that_catches_everything_is_stopped(function: Callable[[], None], place: str) -> None:
    """Wherever it runs, and however often it catches what should end it, the simulation comes to its end."""

    async def in_a_task() -> None:
        function()

    def use() -> None:
        if place == "first thread":
            function()
        elif place == "task":
            asyncio.run(in_a_task())
        elif place == "pool":
            with ThreadPoolExecutor() as pool:
                pool.submit(function).result()
        else:
            thread = threading.Thread(target=function)
            thread.start()
            thread.join()

    standstill = stopped(use, limit=5)
    assert standstill.reason == ("endless" if function is try_again_with_continue else "deadlock")
    assert sys.gettrace() is None


def test_a_coroutine_that_catches_its_cancellation_is_stopped() -> None:
    """A task that goes on after each cancellation can't keep the loop alive."""

    async def stubborn() -> None:
        while True:
            try:
                await asyncio.sleep(1)
            except BaseException:  # noqa: S110 - as programs do
                pass

    async def impatient() -> None:
        while True:
            try:
                await asyncio.sleep(0)
            except BaseException:  # noqa: S110 - as programs do
                pass

    for coroutine in (stubborn, impatient):
        assert stopped(lambda coroutine=coroutine: asyncio.run(coroutine()), limit=1).reason == "endless"  # type: ignore[misc]  # a default is a binding


def test_a_thread_that_can_not_be_stopped_is_left_behind_for_good() -> None:
    """A thread that catches everything and then computes for ever neither hangs the simulation nor the interpreter."""
    program = """
        import threading
        from grader.simulation import simulate

        def compute() -> None:
            while True:
                try:
                    threading.Event().wait()
                except BaseException:
                    while True:
                        try:
                            for _ in iter(int, 1):
                                pass
                        except BaseException:
                            pass

        run = simulate(lambda: threading.Thread(target=compute).start())
        print([left.kind for left in run.leftovers], simulate(lambda: 5).value)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True, timeout=50, check=False
    )
    assert (done.stdout, done.stderr) == ("['thread'] 5\n", "")


def test_cleaning_up_is_done_on_the_way_out() -> None:
    """`finally` and `with` blocks of stopped threads run, and what would wait in them is stopped, too."""
    seen: list[str] = []

    @contextmanager
    def managed(name: str) -> Iterator[None]:
        try:
            yield
        finally:
            seen.append(f"{name} begins to clean up")
            time.sleep(1)
            seen.append(f"{name} has slept")

    def work(name: str) -> None:
        with managed(name):
            wait_for_ever()

    def use() -> None:
        threading.Thread(target=work, args=("thread",)).start()
        work("main")

    assert stopped(use).reason == "deadlock"
    assert seen == ["main begins to clean up", "thread begins to clean up"]


def test_locks_held_by_stopped_threads_can_be_released() -> None:
    """A stopped thread releases what it holds by `with`, in the middle of a wait for a condition as well."""
    kept: list[Any] = []

    def use() -> None:
        lock, condition = threading.Lock(), threading.Condition()
        kept.extend([lock, condition])

        def hold() -> None:
            with lock, condition:
                condition.wait()

        threading.Thread(target=hold).start()
        wait_for_ever()

    stopped(use)
    lock, condition = kept
    assert lock.acquire(blocking=False)
    assert condition.acquire(blocking=False)


def test_generators_half_way_are_closed() -> None:
    """A generator that waits in its `finally` when it is thrown away does no harm."""
    seen: list[str] = []

    def generate() -> Iterator[int]:
        try:
            yield 1
            wait_for_ever()
        finally:
            seen.append("closing")
            time.sleep(1)

    def use() -> None:
        generator = generate()
        next(generator)
        next(generator)

    stopped(use)
    assert seen == ["closing"]


def test_finalizers_that_wait_do_no_harm(capsys: pytest.CaptureFixture[str]) -> None:
    """A `__del__` may take a lock and sleep, during the simulation and while it is stopped, without a word."""
    seen: list[str] = []

    class Slow:
        def __init__(self, name: str) -> None:
            self.name = name

        def __del__(self) -> None:
            with threading.Lock():
                time.sleep(1)
            seen.append(self.name)

    def use() -> None:
        first, second = Slow("dropped"), Slow("kept")
        del first
        seen.append(f"{time.monotonic():g}")
        wait_for_ever()
        del second

    stopped(use)
    assert seen == ["dropped", "1001"]
    assert capsys.readouterr() == ("", "")


def test_threads_started_on_the_way_out_never_run() -> None:
    """Code that starts threads while it is being stopped starts none, and leaves no trace of them."""
    seen: list[str] = []
    before = set(threading.enumerate())

    def start() -> None:
        try:
            wait_for_ever()
        finally:
            thread = threading.Thread(target=seen.append, args=("ran",))
            try:
                thread.start()
            finally:
                threading.Thread(target=seen.append, args=("ran",)).start()

    def use() -> None:
        threading.Thread(target=start).start()
        start()

    stopped(use)
    assert seen == []
    assert set(threading.enumerate()) == before


def test_a_thread_that_never_had_its_turn_leaves_no_trace() -> None:
    """A thread whose start was the last thing before the end is gone like the others."""
    import _thread  # noqa: PLC0415 - for this test only

    seen: list[str] = []
    before = set(threading.enumerate())

    def use() -> None:
        for _ in range(3):
            _thread.start_new_thread(seen.append, ("ran",))
        raise KeyError

    run = simulate(use)
    assert isinstance(run.error, KeyError)
    assert seen == ["ran"] * 3
    assert set(threading.enumerate()) == before


def test_stopping_is_silent(capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    """No traceback, log entry or warning tells of what the end of a simulation did to threads, pools and tasks."""

    async def sleepers() -> None:
        await asyncio.gather(*[asyncio.sleep(1e9) for _ in range(3)], asyncio.to_thread(wait_for_ever))

    async def blocked() -> None:
        time.sleep(1e9)  # noqa: ASYNC251 - the mistake

    async def main() -> None:
        kept.append(asyncio.create_task(blocked()))
        await sleepers()

    kept: list[object] = []

    def use() -> None:
        pool = ThreadPoolExecutor(2)
        pool.submit(wait_for_ever)
        pool.submit(queue.Queue[int]().get)
        threading.Thread(target=lambda: asyncio.run(main())).start()
        condition = threading.Condition()
        threading.Thread(target=lambda: condition.__enter__().__class__ and condition.wait()).start()
        wait_for_ever()

    stopped(use)
    kept.clear()
    gc.collect()
    assert capsys.readouterr() == ("", "")
    assert caplog.records == []


def test_a_loop_that_was_stopped_cancels_its_tasks() -> None:
    """Tasks of a stopped loop get their `CancelledError`, so that their `finally` blocks run inside the simulation."""
    seen: list[object] = []

    async def work(name: str) -> None:
        try:
            await asyncio.get_running_loop().create_future()
        except asyncio.CancelledError:
            seen.append((name, time.monotonic()))
            raise

    async def main() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(work("a"))
            group.create_task(work("b"))

    def use() -> None:
        time.sleep(5)
        asyncio.run(main())

    assert stopped(use).time == 5 * SECOND
    assert seen == [("a", 1005.0), ("b", 1005.0)]


def test_the_next_simulation_is_not_disturbed() -> None:
    """After all that, a simulation runs as if it were the first."""
    for function in STUBBORN:
        simulate(lambda function=function: threading.Thread(target=function).start(), limit=1)  # type: ignore[misc]  # a default is a binding
        assert value(lambda: (time.sleep(1), time.monotonic())[1]) == 1001.0
