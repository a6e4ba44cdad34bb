"""Tests of thread pools and their futures."""

from __future__ import annotations

import concurrent.futures
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from multiprocessing.pool import ThreadPool
from typing import Any

import pytest

from grader.simulation import simulate
from grader.tests.simulation.bench import SECOND, events, seconds, value, watched


def after(length: float, result: object = None) -> Any:  # noqa: ANN401 - what it is given
    """Sleep, and return something."""
    time.sleep(length)
    return result


def test_a_pool_works_in_parallel_up_to_its_size() -> None:
    """Seven seconds of work in a pool of three take three seconds, and results keep their order."""

    def work() -> list[int]:
        with ThreadPoolExecutor(3) as pool:
            return list(pool.map(lambda number: int(after(1, number)), range(7)))

    run = simulate(work)
    assert (run.value, run.elapsed) == (list(range(7)), 3 * SECOND)
    assert run.leftovers == ()


def test_a_pool_reuses_idle_workers() -> None:
    """Jobs one after another are done by one worker, named as outside."""

    def work() -> list[str]:
        with ThreadPoolExecutor(4, thread_name_prefix="") as pool:
            return [pool.submit(lambda: threading.current_thread().name).result() for _ in range(3)]

    assert value(work) == ["ThreadPoolExecutor-0_0"] * 3
    assert value(work) == ["ThreadPoolExecutor-0_0"] * 3


def test_nested_submits() -> None:
    """A job may submit to its own pool, and to another."""

    def work() -> list[int]:
        with ThreadPoolExecutor(2) as pool, ThreadPoolExecutor(1) as other:

            def outer() -> int:
                return int(pool.submit(after, 1, 2).result()) + int(other.submit(after, 1, 3).result())

            return [pool.submit(outer).result()]

    run = simulate(work)
    assert (run.value, run.elapsed) == ([5], 2 * SECOND)


def test_results_errors_and_time_outs() -> None:
    """A future gives its result, raises its error, or says that it isn't ready in time."""

    def work() -> list[object]:
        with ThreadPoolExecutor() as pool:
            slow = pool.submit(after, 3, "slow")
            bad: Future[object] = pool.submit([].pop)
            seen: list[object] = [type(bad.exception()).__name__, bad.done(), slow.running(), slow.done()]
            with pytest.raises(TimeoutError):
                slow.result(timeout=1)
            seen.append(time.monotonic())
            return [*seen, slow.result(), time.monotonic()]

    assert value(work) == ["IndexError", True, True, False, 1001.0, "slow", 1003.0]


def test_map_has_a_time_out_in_total() -> None:
    """`map` with a time-out gives up when its time is used up."""

    def work() -> list[object]:
        seen: list[object] = []
        with ThreadPoolExecutor(1) as pool, pytest.raises(TimeoutError):
            seen.extend(pool.map(lambda number: after(1, number), range(5), timeout=2.5))
        return seen

    assert value(work) == [0, 1]


def test_an_initializer_runs_in_each_worker() -> None:
    """The initializer prepares every worker before its first job."""

    def work() -> list[int]:
        own = threading.local()

        def prepare(start: int) -> None:
            own.number = start

        def count(_: int) -> int:
            own.number += 1
            return int(after(1, own.number))

        with ThreadPoolExecutor(2, initializer=prepare, initargs=(10,)) as pool:
            return sorted(pool.map(count, range(4)))

    assert value(work) == [11, 11, 12, 12]


def test_a_broken_initializer_breaks_the_pool() -> None:
    """Jobs of a pool whose initializer raises fail with the pool's own error."""

    def work() -> None:
        with ThreadPoolExecutor(2, initializer=[].pop) as pool:
            pool.submit(after, 1).result()

    assert isinstance(simulate(work).error, concurrent.futures.BrokenExecutor)


def test_shutting_down_without_waiting() -> None:
    """`shutdown(wait=False)` returns at once; what was submitted is still done, and nothing more is taken."""

    def work() -> list[object]:
        pool = ThreadPoolExecutor(1)
        future = pool.submit(after, 2, "done")
        pool.shutdown(wait=False)
        with pytest.raises(RuntimeError, match="after shutdown"):
            pool.submit(after, 1)
        return [time.monotonic(), future.result(), time.monotonic()]

    run = simulate(work)
    assert run.value == [1000.0, "done", 1002.0]
    assert run.leftovers == ()


def test_cancelling_what_has_not_begun() -> None:
    """`cancel_futures` and `cancel` spare the jobs that wait, and leave those that run alone."""

    def work() -> list[object]:
        pool = ThreadPoolExecutor(1)
        futures = [pool.submit(after, 1, number) for number in range(4)]
        cancelled = futures[3].cancel(), futures[0].cancel()
        pool.shutdown(cancel_futures=True)
        return [cancelled, [future.cancelled() for future in futures], futures[0].result(), time.monotonic()]

    assert value(work) == [(True, False), [False, True, True, True], 0, 1001.0]


def test_waiting_for_some_of_many() -> None:
    """`wait` returns at the first completion, at the first error, or when its time is up."""

    def work() -> list[object]:
        def fail() -> None:
            after(2)
            raise KeyError

        with ThreadPoolExecutor() as pool:
            futures = [pool.submit(after, 3, "a"), pool.submit(after, 1, "b"), pool.submit(fail)]
            seen: list[object] = []
            for condition in (concurrent.futures.FIRST_COMPLETED, concurrent.futures.FIRST_EXCEPTION):
                done, pending = concurrent.futures.wait(futures, return_when=condition)
                seen.append((len(done), len(pending), time.monotonic()))
            done, pending = concurrent.futures.wait(futures, timeout=0.5)
            seen.append((len(done), len(pending), time.monotonic()))
            done, pending = concurrent.futures.wait(futures)
            seen.append((len(done), len(pending), time.monotonic()))
            return seen

    assert value(work) == [(1, 2, 1001.0), (2, 1, 1002.0), (2, 1, 1002.5), (3, 0, 1003.0)]


def test_as_completed_yields_in_the_order_of_completion() -> None:
    """Futures come as they complete, those that complete at one instant in one order always."""

    def work() -> list[tuple[str, float]]:
        with ThreadPoolExecutor() as pool:
            futures = {
                pool.submit(after, length): name for name, length in zip("abcdef", (3, 1, 2, 2, 1, 3), strict=True)
            }
            return [(futures[future], time.monotonic()) for future in concurrent.futures.as_completed(futures)]

    first = value(work)
    assert [moment for _, moment in first] == [1001.0, 1001.0, 1002.0, 1002.0, 1003.0, 1003.0]
    assert all(value(work) == first for _ in range(20))


def test_as_completed_has_a_time_out_in_total() -> None:
    """It raises when its time is up, whatever has come until then."""

    def work() -> list[object]:
        seen: list[object] = []
        with ThreadPoolExecutor() as pool:
            futures = [pool.submit(after, length) for length in (1, 5)]
            with pytest.raises(TimeoutError, match=r"1 \(of 2\) futures unfinished"):
                seen.extend(time.monotonic() for _ in concurrent.futures.as_completed(futures, timeout=2))
            return [*seen, time.monotonic()]

    assert value(work) == [1001.0, pytest.approx(1002.0, abs=1e-8)]


def test_callbacks_of_futures() -> None:
    """A callback is called when the job is done, in the worker; added later, at once."""

    def work() -> list[object]:
        seen: list[object] = []
        with ThreadPoolExecutor() as pool:
            future = pool.submit(after, 1, "x")
            future.add_done_callback(lambda done: seen.append((done.result(), threading.current_thread().name)))
        future.add_done_callback(lambda done: seen.append((done.result(), time.monotonic())))
        return seen

    assert value(work) == [("x", "ThreadPoolExecutor-0_0"), ("x", 1001.0)]


def test_looking_at_a_future_again_and_again() -> None:
    """Polling `done` without waiting lets time pass, to the instant of completion."""

    def poll() -> float:
        with ThreadPoolExecutor() as pool:
            future = pool.submit(after, 2)
            while not future.done():
                pass
            return time.monotonic()

    run = watched(poll)
    assert run.value == 1002.0
    [spin] = events(run, "spin")
    assert spin.site is not None
    assert spin.site.call == "Future.done"


def test_a_pool_that_is_dropped_ends_its_workers() -> None:
    """A pool that nobody shut down, and nobody holds, ends as outside."""
    run = simulate(lambda: ThreadPoolExecutor().submit(after, 1, 5).result())
    assert (run.value, run.leftovers) == (5, ())


def test_a_pool_that_is_kept_leaves_its_workers() -> None:
    """Idle workers of a pool that nobody shut down are left over, and stopped without a word."""

    def work() -> object:
        pool = ThreadPoolExecutor(2)
        pool.submit(after, 1).result()
        return pool

    run = simulate(work)
    assert [(left.kind, left.name, left.daemon) for left in run.leftovers] == [
        ("thread", "ThreadPoolExecutor-0_0", False),
    ]


def test_stopping_idle_workers_is_silent(capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    """Neither the log nor the standard streams show how left-over workers were stopped."""
    kept: list[ThreadPoolExecutor] = []

    def work() -> None:
        kept.append(ThreadPoolExecutor(2))
        kept[0].submit(after, 1).result()

    simulate(work)
    assert capsys.readouterr() == ("", "")
    assert caplog.records == []


def test_futures_can_be_used_as_keys_afterwards() -> None:
    """A dictionary of futures that a program returns still finds them outside."""

    def work() -> dict[Future[int], str]:
        with ThreadPoolExecutor() as pool:
            return {pool.submit(int, number): str(number) for number in range(3)}

    futures = value(work)
    assert [futures[future] for future in list(futures)] == ["0", "1", "2"]


def test_the_thread_pool_of_multiprocessing() -> None:
    """`multiprocessing.pool.ThreadPool` works in parallel, too."""

    def work() -> list[object]:
        with ThreadPool(3) as pool:
            started = time.monotonic()
            mapped = pool.map(lambda number: after(1, number), range(6), chunksize=1)
            took = time.monotonic() - started
            one = pool.apply_async(after, (2, "one"))
            ordered = list(pool.imap(lambda number: after(1, number), range(3)))
            return [mapped, took, one.get(timeout=5), ordered]

    assert value(work) == [list(range(6)), 2.0, "one", [0, 1, 2]]


def test_many_small_jobs_take_no_time() -> None:
    """A thousand jobs that don't wait take no simulated time at all."""

    def work() -> None:
        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(int, range(1_000))) == 499_500

    assert seconds(work) == 0
