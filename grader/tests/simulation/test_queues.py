"""Tests of queues."""

# mypy: disable-error-code="func-returns-value"
# A lambda does several things by way of a tuple.

from __future__ import annotations

import queue
import sys
import threading
import time
from typing import Any

import pytest

from grader.simulation import simulate
from grader.tests.simulation.bench import SECOND, events, in_threads, seconds, value, watched

KINDS = [queue.Queue, queue.LifoQueue, queue.PriorityQueue]


def test_producers_and_consumers_share_the_work() -> None:
    """Two consumers of half a second an item finish six items in a second and a half, over a queue of two."""

    def work() -> list[int]:
        items: queue.Queue[int | None] = queue.Queue(2)
        done: list[int] = []

        def consume() -> None:
            while (item := items.get()) is not None:
                time.sleep(0.5)
                done.append(item)
                items.task_done()

        threads = [threading.Thread(target=consume) for _ in range(2)]
        for thread in threads:
            thread.start()
        for number in range(6):
            items.put(number)
        items.join()
        for _ in threads:
            items.put(None)
        for thread in threads:
            thread.join()
        return done

    run = simulate(work)
    assert (run.value, run.elapsed) == (list(range(6)), 1.5 * SECOND)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_keeps_its_order(kind: type[queue.Queue[int]]) -> None:
    """First in first out, last in first out, smallest first."""

    def work() -> list[int]:
        items = kind()
        for number in (2, 3, 1):
            items.put(number)
        return [items.get() for _ in range(3)]

    expected = {queue.Queue: [2, 3, 1], queue.LifoQueue: [1, 3, 2], queue.PriorityQueue: [1, 2, 3]}
    assert value(work) == expected[kind]


@pytest.mark.parametrize("kind", KINDS)
def test_waiting_for_an_item_or_for_room_can_time_out(kind: type[queue.Queue[int]]) -> None:
    """An empty queue and a full one raise after exactly the time given, or at once."""

    def work() -> list[object]:
        items = kind(1)
        seen: list[object] = []
        with pytest.raises(queue.Empty):
            items.get(timeout=2)
        seen.append(time.monotonic())
        with pytest.raises(queue.Empty):
            items.get_nowait()
        items.put(1)
        with pytest.raises(queue.Full):
            items.put(2, timeout=3)
        seen.append(time.monotonic())
        with pytest.raises(queue.Full):
            items.put_nowait(2)
        with pytest.raises(ValueError, match="non-negative"):
            items.get(timeout=-1)
        return [*seen, items.qsize(), items.full(), items.empty()]

    assert value(work) == [1002.0, 1005.0, 1, True, False]


def _names() -> tuple[type[Any], type[Any]]:
    from queue import SimpleQueue  # noqa: PLC0415 - what a program that is loaded inside would hold

    return SimpleQueue, queue.SimpleQueue


def test_the_simple_queue() -> None:
    """`SimpleQueue`, by whatever name it was imported, waits in virtual time."""

    def work() -> list[object]:
        seen: list[object] = []
        for kind in _names():
            items = kind()
            thread = threading.Thread(target=lambda items=items: (time.sleep(1), items.put("item")))
            thread.start()
            with pytest.raises(queue.Empty):
                items.get(timeout=0.5)
            seen += [items.get(), items.empty(), items.qsize()]
            thread.join()
        return [*seen, time.monotonic()]

    assert value(work) == ["item", True, 0] * 2 + [1002.0]


def test_a_closed_queue_says_so() -> None:
    """`Queue.shutdown`, from Python 3.13 on, wakes those that wait."""
    if sys.version_info < (3, 13):
        pytest.skip("since Python 3.13")

    def work() -> list[object]:
        items: queue.Queue[int] = queue.Queue()
        seen: list[object] = []

        def consume() -> None:
            try:
                items.get()
            except queue.ShutDown:
                seen.append(time.monotonic())

        threads = [threading.Thread(target=consume) for _ in range(2)]
        for thread in threads:
            thread.start()
        time.sleep(1)
        items.shutdown()
        for thread in threads:
            thread.join()
        return seen

    assert value(work) == [1001.0, 1001.0]


@pytest.mark.parametrize("look", ["empty", "qsize", "get_nowait", "get", "put_nowait", "simple"])
def test_polling_a_queue_lets_time_pass(look: str) -> None:
    """A loop that looks at a queue without waiting ends at the instant at which the queue changes."""

    def poll() -> float:
        items: Any = queue.SimpleQueue() if look == "simple" else queue.Queue(1)

        def change() -> None:
            time.sleep(2)
            if look == "put_nowait":
                items.get()
            else:
                items.put("item")

        if look == "put_nowait":
            items.put("item")
        thread = threading.Thread(target=change)
        thread.start()
        while True:
            try:
                if look == "empty":
                    if not items.empty():
                        break
                elif look == "qsize":
                    if items.qsize():
                        break
                elif look == "put_nowait":
                    items.put_nowait("another")
                    break
                elif look == "get":
                    items.get(block=False)
                    break
                else:
                    items.get_nowait()
                    break
            except (queue.Empty, queue.Full):
                continue
        return time.monotonic()

    run = watched(poll)
    assert run.value == 1002.0
    assert len(events(run, "spin")) == 1


def test_what_is_passed_through_a_queue_takes_no_time() -> None:
    """Ten thousand items go from one thread to another, one at a time, in no simulated time."""

    def work() -> None:
        items: queue.Queue[int] = queue.Queue(1)
        received: list[int] = []
        in_threads(
            lambda: [items.put(number) for number in range(10_000)],
            lambda: received.extend(items.get() for _ in range(10_000)),
        )
        assert received == list(range(10_000))

    assert seconds(work) == 0
