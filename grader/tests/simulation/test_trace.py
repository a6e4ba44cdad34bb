"""Tests of the trace: what happened, when, and at which line."""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from grader.simulation import Environment, Trace, simulate
from grader.simulation._trace import EVENT_LIMIT
from grader.tests.simulation.bench import SECOND, events, in_threads, line_of, watched


def test_life_of_a_thread_in_the_trace() -> None:
    """Start, waits and end of a thread, with the lines of whoever started it and of where it waited."""

    def use() -> None:
        def work() -> None:
            time.sleep(2)  # it sleeps

        thread = threading.Thread(target=work, name="worker")
        thread.start()  # it is started
        time.sleep(1)
        thread.join()  # it is joined

    run = watched(use)
    started, ended = events(run, "thread_start"), events(run, "thread_end")
    assert [(event.thread, event.data) for event in started] == [(0, {"name": "worker", "started": 1})]
    assert [(event.thread, event.time, event.data) for event in ended] == [(1, 2 * SECOND, {"name": "worker"})]
    assert started[0].site is not None
    assert (started[0].site.line, started[0].site.call) == (line_of("it is started"), "Thread.start")
    slept, joined = ([event for event in events(run, "wait") if event.thread == thread][-1] for thread in (1, 0))
    assert (slept.time, slept.data) == (2 * SECOND, {"wait": "sleep", "began": 0, "timed_out": True})
    assert slept.site is not None
    assert slept.site.function.endswith("use.<locals>.work")
    assert (slept.site.line, slept.site.call) == (line_of("it sleeps"), "sleep")
    expected = {"wait": "join", "began": SECOND, "timed_out": False, "detail": "worker"}
    assert (joined.time, joined.data) == (2 * SECOND, expected)
    assert joined.site is not None
    assert (joined.site.line, joined.site.call) == (line_of("it is joined"), "Thread.join")


def test_waiting_for_and_holding_a_lock() -> None:
    """Each hold of a lock of the program's own is an interval, and so is each wait for it, under the lock's number."""

    def use() -> None:
        first, second = threading.Lock(), threading.Lock()

        def work() -> None:
            with second:  # taken
                time.sleep(1)
            with first:
                pass

        in_threads(work, work)

    run = watched(use)
    holds = [(event.thread, event.data["began"], event.time) for event in events(run, "hold") if event.data["on"] == 2]
    assert holds == [(1, 0, SECOND), (2, SECOND, 2 * SECOND)]
    sites = [event.site for event in events(run, "hold") if event.data["on"] == 2]
    assert {site.line for site in sites if site is not None} == {line_of("taken")}
    [wait] = [event for event in events(run, "wait") if event.data["wait"] == "lock"]
    assert (wait.thread, wait.time, wait.data) == (2, SECOND, {"wait": "lock", "began": 0, "timed_out": False, "on": 2})
    assert wait.site is not None
    assert (wait.site.line, wait.site.call) == (line_of("taken"), "Lock.__enter__")


def test_locks_inside_the_library_hold_nothing_of_the_programs() -> None:
    """The locks of queues, pools and events leave no holds in the trace."""

    def use() -> None:
        with ThreadPoolExecutor() as pool:
            pool.submit(time.sleep, 1).result()
        threading.Event().wait(1)

    assert events(watched(use), "hold") == []


def test_a_wait_that_takes_no_time_is_not_in_the_trace() -> None:
    """What was there at once was not waited for."""

    def use() -> None:
        with threading.Lock():
            pass
        time.sleep(0)
        asyncio.run(asyncio.sleep(0))

    assert events(watched(use), "wait") == []


def test_tasks_and_their_awaits() -> None:
    """Start and end of tasks and every await that took time, with its line, what it awaits, and who started it."""

    async def work(seconds: int) -> int:
        await asyncio.sleep(seconds)  # the await
        if seconds == 2:
            raise KeyError
        return seconds

    async def main() -> None:
        tasks = [asyncio.create_task(work(seconds)) for seconds in (1, 2, 9)]  # the making
        await asyncio.wait(tasks, timeout=3)
        tasks[2].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    run = watched(lambda: asyncio.run(main()))
    started = events(run, "task_start")
    assert [(event.task, event.data) for event in started] == [
        (None, {"started": 1, "name": "main"}),
        (1, {"started": 2, "name": "work"}),
        (1, {"started": 3, "name": "work"}),
        (1, {"started": 4, "name": "work"}),
    ]
    assert started[1].site is not None
    assert (started[1].site.line, started[1].site.call) == (line_of("the making"), "create_task")
    ended = [(event.task, event.time // SECOND, event.data["how"]) for event in events(run, "task_end")]
    assert ended == [(2, 1, "returned"), (3, 2, "raised"), (4, 3, "cancelled"), (1, 3, "returned")]
    awaits = [(event.task, event.data["began"], event.time // SECOND) for event in events(run, "await")]
    assert awaits == [(2, 0, 1), (3, 0, 2), (1, 0, 3), (4, 0, 3)]
    awaited = next(event for event in events(run, "await") if event.task == 2)
    assert awaited.site is not None
    assert (awaited.site.line, awaited.site.call) == (line_of("the await"), "sleep")


def test_an_await_deep_inside_a_library_has_the_programs_line() -> None:
    """The innermost line of the program's own stands for what the library awaits for it."""

    async def inner(lock: asyncio.Lock) -> None:
        async with lock:  # the innermost
            pass

    async def main() -> None:
        lock = asyncio.Lock()
        await lock.acquire()
        asyncio.get_running_loop().call_later(1, lock.release)
        await asyncio.wait_for(asyncio.shield(asyncio.ensure_future(inner(lock))), 5)

    run = watched(lambda: asyncio.run(main()))
    [event] = [event for event in events(run, "await") if event.task == 2]
    assert event.site is not None
    assert event.site.line == line_of("the innermost")
    assert event.site.call.endswith(".__aenter__")


def test_only_watched_files_have_lines() -> None:
    """Without files to watch the trace has the same events, and no lines."""

    def use() -> None:
        in_threads(lambda: time.sleep(1))

    unwatched, seen = simulate(use), watched(use)
    assert [event.kind for event in unwatched.events] == [event.kind for event in seen.events]
    assert {event.site for event in unwatched.events} == {None}


def test_the_trace_has_an_end() -> None:
    """Events beyond the limit are counted and not kept."""

    def use() -> None:
        for _ in range(EVENT_LIMIT + 500):
            time.sleep(1e-3)

    run = simulate(use)
    assert (len(run.events), run.dropped) == (EVENT_LIMIT, 500)


def test_no_trace_at_all() -> None:
    """With the trace switched off nothing is recorded, and everything else is the same."""

    def use() -> float:
        with ThreadPoolExecutor() as pool:
            pool.submit(time.sleep, 1).result()
        asyncio.run(asyncio.sleep(1))
        return time.monotonic()

    with Environment() as environment:
        run = environment.run(use, trace=Trace(frozenset(), enabled=False))
    assert (run.value, run.events, run.elapsed) == (1002.0, [], 2 * SECOND)
