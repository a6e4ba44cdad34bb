"""Tests of what is said about things left behind."""

# mypy: disable-error-code="func-returns-value"
# A lambda does several things by way of a tuple.

from __future__ import annotations

import asyncio
import threading
import time

from grader.simulation import simulate
from grader.tests.simulation.bench import SECOND, line_of, watched


def test_threads_that_still_wait() -> None:
    """A thread that has not ended is left over, with what it waits for, where, and whether it is a daemon."""

    def use() -> str:
        lock = threading.Lock()
        lock.acquire()
        threading.Thread(target=lambda: time.sleep(9), name="sleeper", daemon=True).start()  # it sleeps
        threading.Thread(target=lambda: lock.acquire(), name="waiter").start()  # it waits
        return "returned"

    run = watched(use)
    assert (run.value, run.elapsed, run.standstill) == ("returned", 0, None)
    assert [(left.kind, left.name, left.detail, left.line, left.daemon) for left in run.leftovers] == [
        ("thread", "sleeper", "sleep", line_of("it sleeps"), True),
        ("thread", "waiter", "Lock.acquire", line_of("it waits"), False),
    ]


def test_time_stands_still_at_the_end() -> None:
    """When the function has returned, threads that need more time don't get any."""
    seen: list[str] = []

    def use() -> None:
        threading.Thread(target=lambda: (seen.append("began"), time.sleep(0.1), seen.append("ended"))).start()

    run = simulate(use)
    assert (seen, run.elapsed, len(run.leftovers)) == (["began"], 0, 1)


def test_threads_left_behind_by_an_error() -> None:
    """A function that raises may leave threads behind, too."""

    def use() -> None:
        threading.Thread(target=lambda: time.sleep(9)).start()
        time.sleep(1)
        raise KeyError

    run = simulate(use)
    assert isinstance(run.error, KeyError)
    assert (run.elapsed, len(run.leftovers)) == (SECOND, 1)


def test_tasks_of_a_loop_that_was_not_closed_properly() -> None:
    """A task that nobody let come to its end is left over, with the line at which it awaits."""

    async def forgotten() -> None:
        await asyncio.sleep(9)  # it is forgotten here

    async def main() -> None:
        tasks.append(asyncio.ensure_future(forgotten()))
        await asyncio.sleep(1)

    tasks: list[object] = []

    def use() -> None:
        loop = asyncio.new_event_loop()
        loop.run_until_complete(main())
        loop.close()

    run = watched(use)
    [left] = run.leftovers
    assert (left.kind, left.name, left.detail, left.line) == (
        "task", "forgotten", "sleep", line_of("it is forgotten here"),
    )  # fmt: skip


def test_asyncio_run_leaves_no_tasks() -> None:
    """`asyncio.run` cancels what is left, so nothing is."""

    async def main() -> None:
        tasks.append(asyncio.ensure_future(asyncio.sleep(9)))
        await asyncio.sleep(1)

    tasks: list[object] = []
    assert simulate(lambda: asyncio.run(main())).leftovers == ()


def test_a_tidy_program_leaves_nothing() -> None:
    """Threads that were joined, and those that ended by themselves, are not left over."""

    def use() -> None:
        threading.Thread(target=lambda: time.sleep(1)).start()
        threading.Timer(0.5, int).start()
        time.sleep(1)

    assert simulate(use).leftovers == ()
