"""Tests of what is said when nothing can go on."""

# mypy: disable-error-code="func-returns-value"
# A lambda does several things by way of a tuple.

from __future__ import annotations

import asyncio
import queue
import select
import socket
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor

from grader.simulation import active, simulate
from grader.tests.simulation.bench import SECOND, in_threads, line_of, stopped, stuck


def test_two_locks_in_opposite_order() -> None:
    """Each thread is named with the line it waits at, and with who holds what it waits for, since which line."""

    def cross() -> None:
        first, second = threading.Lock(), threading.Lock()

        def one() -> None:
            with first:  # one takes first
                time.sleep(1)
                with second:  # one wants second
                    pass

        def two() -> None:
            with second:  # two takes second
                time.sleep(1)
                with first:  # two wants first
                    pass

        in_threads(one, two)

    standstill = stopped(cross)
    assert (standstill.reason, standstill.time) == ("deadlock", SECOND)
    main, one, two = standstill.stuck
    assert (main.kind, main.detail) == ("join", "Thread-1 (one)")
    assert (one.thread, one.name, one.kind, one.holder) == (1, "Thread-1 (one)", "lock", "Thread-2 (two)")
    assert (two.thread, two.name, two.kind, two.holder) == (2, "Thread-2 (two)", "lock", "Thread-1 (one)")
    sites = (one.site, one.holder_site, two.site, two.holder_site)
    assert [site and site.line for site in sites] == [
        line_of("one wants second"),
        line_of("two takes second"),
        line_of("two wants first"),
        line_of("one takes first"),
    ]
    assert not one.holder_done


def test_a_lock_taken_twice_by_its_own_holder() -> None:
    """A thread that waits for a lock it holds itself is its own holder."""

    def take_twice() -> None:
        lock = threading.Lock()
        with lock:  # once
            lock.acquire()  # twice

    [main] = stopped(take_twice).stuck
    assert (main.name, main.kind, main.holder) == ("MainThread", "lock", "MainThread")
    assert main.site is not None
    assert main.site.call == "Lock.acquire"
    assert main.holder_site is not None
    assert (main.site.line, main.holder_site.line) == (line_of("twice"), line_of("once"))


def test_a_lock_that_an_ended_thread_never_released() -> None:
    """It is said that the holder has ended."""

    def forget() -> None:
        lock = threading.Lock()
        thread = threading.Thread(target=lock.acquire, name="careless")
        thread.start()
        thread.join()
        lock.acquire()

    [main] = stopped(forget).stuck
    assert (main.holder, main.holder_done) == ("careless", True)


def test_threads_that_join_one_another() -> None:
    """A cycle of joins is a deadlock in which each names the other."""

    def join_in_a_circle() -> None:
        threads: list[threading.Thread] = []
        threads += [
            threading.Thread(target=lambda: threads[1].join(), name="a"),
            threading.Thread(target=lambda: (time.sleep(1), threads[0].join()), name="b"),
        ]
        threads[1].start()
        threads[0].start()
        threads[0].join()

    standstill = stopped(join_in_a_circle)
    assert (stuck(standstill, "a").detail, stuck(standstill, "b").detail) == ("b", "a")


def test_a_queue_that_nobody_fills() -> None:
    """Waiting for an item that never comes is known at once, by the line and the queue's own method."""

    def wait() -> None:
        queue.Queue[int]().get()  # the empty queue

    [main] = stopped(wait).stuck
    assert main.site is not None
    assert (main.site.line, main.site.call) == (line_of("the empty queue"), "Queue.get")
    assert main.holder is None


def test_an_event_that_nobody_sets() -> None:
    """Waiting for an event that is never set is known at once."""

    def wait() -> None:
        threading.Event().wait()

    [main] = stopped(wait).stuck
    assert main.site is not None
    assert main.site.call == "Event.wait"


def test_a_barrier_that_too_few_reach() -> None:
    """Two threads at a barrier for three wait for ever."""

    def meet() -> None:
        barrier = threading.Barrier(3)
        in_threads(barrier.wait, barrier.wait)

    assert len(stopped(meet).stuck) == 3


def test_a_pool_whose_only_worker_waits_for_its_own_pool() -> None:
    """A job that waits for another job of a full pool is a deadlock."""

    def nest() -> None:
        with ThreadPoolExecutor(1) as pool:

            def outer() -> int:
                return pool.submit(lambda: 1).result()  # waits in the worker

            pool.submit(outer).result()

    standstill = stopped(nest)
    worker = stuck(standstill, "ThreadPoolExecutor-0_0")
    assert worker.site is not None
    assert (worker.site.line, worker.site.call) == (line_of("waits in the worker"), "Future.result")


def test_a_future_that_nobody_completes() -> None:
    """Waiting for the result of a future without a job is a deadlock."""
    [main] = stopped(lambda: Future[int]().result()).stuck
    assert main.site is not None
    assert main.site.call == "Future.result"


def test_select_on_sockets_that_nobody_writes_to() -> None:
    """The tutorial's two connected sockets without a server that answers."""

    def wait() -> None:
        server = socket.create_server(("localhost", 8002))
        clients = [socket.create_connection(("localhost", 8002)) for _ in range(2)]
        select.select(clients, [], [])  # nobody writes
        server.close()

    [main] = stopped(wait).stuck
    assert (main.kind, main.detail) == ("select", "select")
    assert main.site is not None
    assert (main.site.line, main.site.call) == (line_of("nobody writes"), "select")


def test_receiving_from_a_silent_peer() -> None:
    """A blocking receive without a time-out from a server that never answers is a deadlock."""

    def wait() -> None:
        server = socket.create_server(("localhost", 80))
        client = socket.create_connection(("localhost", 80))
        accepted, _ = server.accept()
        client.recv(1)  # silence
        accepted.close()

    [main] = stopped(wait).stuck
    assert (main.kind, main.detail) == ("socket", "recv")
    assert main.site is not None
    assert main.site.line == line_of("silence")


def test_a_coroutine_that_waits_for_a_future_nobody_sets() -> None:
    """The tasks are listed after the threads, each with the line at which it awaits."""

    async def wait() -> None:
        await asyncio.get_running_loop().create_future()  # the future

    async def main() -> None:
        async with asyncio.TaskGroup() as group:  # the group
            group.create_task(wait())

    standstill = stopped(lambda: asyncio.run(main()))
    thread, outer, inner = standstill.stuck
    assert (thread.name, thread.kind) == ("MainThread", "select")
    assert (outer.name, inner.name) == ("task main", "task wait")
    assert (outer.kind, inner.kind) == ("await", "await")
    assert outer.site is not None
    assert (outer.site.line, outer.site.call) == (line_of("the group"), "TaskGroup.__aexit__")
    assert inner.site is not None
    assert inner.site.line == line_of("the future")


def test_two_asyncio_locks_in_opposite_order() -> None:
    """Tasks deadlock, too."""

    async def both(first: asyncio.Lock, second: asyncio.Lock) -> None:
        async with first:
            await asyncio.sleep(1)
            async with second:  # the second lock
                pass

    async def main() -> None:
        one, two = asyncio.Lock(), asyncio.Lock()
        await asyncio.gather(both(one, two), both(two, one))

    standstill = stopped(lambda: asyncio.run(main()))
    waiting = [item for item in standstill.stuck if item.name == "task both"]
    assert [item.site and item.site.line for item in waiting] == [line_of("the second lock")] * 2


def test_a_time_out_is_not_a_deadlock() -> None:
    """As long as something is due, however late, the simulation goes on."""
    run = simulate(lambda: threading.Event().wait(3_000))
    assert (run.value, run.standstill, run.elapsed) == (False, None, 3_000 * SECOND)


def test_a_deadlock_among_other_threads_is_left_to_the_end() -> None:
    """While the first thread can go on, threads that can't are only left over."""

    def leave() -> str:
        lock = threading.Lock()
        lock.acquire()
        threading.Thread(target=lock.acquire).start()
        time.sleep(1)
        return "done"

    run = simulate(leave)
    assert (run.value, run.standstill) == ("done", None)
    assert [left.kind for left in run.leftovers] == ["thread"]


def test_the_first_thread_learns_of_it_by_an_exception_of_its_own() -> None:
    """What a stopped program returns or raises on its way out is not its result."""

    def swallow() -> str:
        try:
            threading.Event().wait()
        except BaseException:  # noqa: S110 - as programs do
            pass
        return "as if nothing had happened"

    def trip() -> None:
        try:
            threading.Event().wait()
        finally:
            raise ValueError

    for function in (swallow, trip):
        run = simulate(function)
        assert (run.value, run.error) == (None, None)
        assert run.standstill is not None


def test_a_raw_thread_is_named_after_its_function() -> None:
    """Threads that `threading` doesn't know have a name in reports, too."""

    def wait() -> None:
        scheduler = active()
        assert scheduler is not None
        import _thread  # noqa: PLC0415 - what this test is about

        def forlorn() -> None:
            threading.Event().wait()

        _thread.start_new_thread(forlorn, ())
        threading.Event().wait()

    assert [item.name for item in stopped(wait).stuck] == ["MainThread", "forlorn"]
