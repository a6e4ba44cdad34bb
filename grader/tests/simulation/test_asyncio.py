"""Tests of coroutines, tasks and event loops."""

from __future__ import annotations

import asyncio
import contextvars
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from grader.simulation import simulate
from grader.tests.simulation.bench import SECOND, events, in_threads, line_of, seconds, stopped, value, watched

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine


def run_in(main: Coroutine[Any, Any, Any]) -> Any:  # noqa: ANN401 - what the coroutine returns
    """Run a coroutine on a loop, as programs do."""
    return asyncio.run(main)


async def after(length: float, result: object = None) -> Any:  # noqa: ANN401 - what it is given
    """Sleep, and return something."""
    await asyncio.sleep(length)
    return result


def test_coroutines_wait_at_the_same_time() -> None:
    """`gather` takes as long as the slowest, and `await` after `await` takes the sum."""

    async def together() -> list[object]:
        return list(await asyncio.gather(after(3, "a"), after(1, "b"), after(2, "c")))

    async def one_by_one() -> None:
        for length in (3, 1, 2):
            await after(length)

    run = simulate(lambda: asyncio.run(together()))
    assert (run.value, run.elapsed) == (["a", "b", "c"], 3 * SECOND)
    assert seconds(lambda: asyncio.run(one_by_one())) == 6


def test_tenths_of_seconds_are_exact() -> None:
    """Ten naps of a tenth of a second take one second to the nanosecond."""

    async def nap() -> None:
        for _ in range(10):
            await asyncio.sleep(0.1)

    assert simulate(lambda: asyncio.run(nap())).elapsed == SECOND


def test_a_task_group_waits_and_cancels() -> None:
    """A group waits for all, and the first error cancels the others and comes out as a group."""

    async def main() -> list[object]:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(after(length, length)) for length in (3, 1)]
        seen: list[object] = [[task.result() for task in tasks], time.monotonic()]
        slow = None

        async def fail() -> None:
            await after(1)
            raise KeyError

        with pytest.raises(ExceptionGroup) as caught:  # noqa: PT012 - the group is what raises
            async with asyncio.TaskGroup() as group:
                slow = group.create_task(after(10))
                group.create_task(fail())
                group.create_task(fail())
        assert slow is not None
        return [*seen, len(caught.value.exceptions), slow.cancelled(), time.monotonic()]

    assert value(lambda: run_in(main())) == [[3, 1], 1003.0, 2, True, 1004.0]


def test_time_outs_of_coroutines() -> None:
    """`timeout`, `timeout_at` and `wait_for` end exactly in time, and what is just in time is in time."""

    async def main() -> list[object]:
        seen: list[object] = []
        for scope in (asyncio.timeout(1), asyncio.timeout_at(asyncio.get_running_loop().time() + 2)):
            with pytest.raises(TimeoutError):
                async with scope:
                    await after(5)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(after(5), 1)
        seen.append(asyncio.get_running_loop().time())
        async with asyncio.timeout(10) as later:
            seen.append(await asyncio.wait_for(after(1, "in time"), 2))
            later.reschedule(None)
        return [*seen, time.monotonic()]

    assert value(lambda: run_in(main())) == [1003.0, "in time", 1004.0]


def test_waiting_for_some_of_many() -> None:
    """`wait` and `as_completed` give tasks as they complete, in the same order every time."""

    async def main() -> list[object]:
        tasks = [asyncio.create_task(after(length, length), name=str(length)) for length in (3, 1, 2)]
        done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        seen: list[object] = [[task.get_name() for task in done], len(pending)]
        done, pending = await asyncio.wait(tasks, timeout=0.5)
        seen += [len(done), time.monotonic()]
        seen += [await coroutine for coroutine in asyncio.as_completed(tasks)]
        return seen

    assert value(lambda: run_in(main())) == [["1"], 2, 1, 1001.5, 1, 2, 3]


def test_shielding_and_cancelling() -> None:
    """A cancelled task stops at its await; a shielded one goes on."""

    async def main() -> list[object]:
        inner = asyncio.create_task(after(3, "kept"))
        outer = asyncio.create_task(asyncio.wait_for(asyncio.shield(inner), 10))
        await asyncio.sleep(1)
        outer.cancel("no more")
        with pytest.raises(asyncio.CancelledError, match="no more"):
            await outer
        return [inner.done(), time.monotonic(), await inner, time.monotonic()]

    assert value(lambda: run_in(main())) == [False, 1001.0, "kept", 1003.0]


def test_cleaning_up_after_a_cancellation_takes_its_time() -> None:
    """A task may wait in its `finally`, and `asyncio.run` waits for it at the end."""

    async def careful(seen: list[object]) -> None:
        try:
            await asyncio.sleep(100)
        finally:
            await asyncio.sleep(2)
            seen.append(time.monotonic())

    def use() -> list[object]:
        seen: list[object] = []

        async def main() -> None:
            task = asyncio.create_task(careful(seen))
            await asyncio.sleep(1)
            seen.append(task.done())

        asyncio.run(main())
        return seen

    assert value(use) == [False, 1003.0]


def test_locks_and_semaphores_of_coroutines() -> None:
    """`Lock`, `Semaphore` and `BoundedSemaphore` let so many in at a time, first come first served."""

    async def main() -> list[object]:
        seen: list[object] = []

        async def work(gate: Any, number: int) -> None:  # noqa: ANN401 - a lock or a semaphore
            async with gate:
                await asyncio.sleep(1)
                seen.append(number)

        for gate in (asyncio.Lock(), asyncio.Semaphore(2), asyncio.BoundedSemaphore(4)):
            began = time.monotonic()
            await asyncio.gather(*[work(gate, number) for number in range(4)])
            seen.append(time.monotonic() - began)
        return seen

    assert value(lambda: run_in(main())) == [0, 1, 2, 3, 4.0, 0, 1, 2, 3, 2.0, 0, 1, 2, 3, 1.0]


def test_events_conditions_and_barriers_of_coroutines() -> None:
    """`Event`, `Condition` and `Barrier` wake the right ones at the right time."""

    async def main() -> list[object]:
        seen: list[object] = []
        event, condition, barrier = asyncio.Event(), asyncio.Condition(), asyncio.Barrier(2)

        async def wait() -> None:
            await event.wait()
            seen.append(("event", time.monotonic()))
            async with condition:
                await condition.wait()
            seen.append(("condition", time.monotonic()))
            await barrier.wait()
            seen.append(("barrier", time.monotonic()))

        task = asyncio.create_task(wait())
        await asyncio.sleep(1)
        event.set()
        await asyncio.sleep(1)
        async with condition:
            condition.notify()
        await asyncio.sleep(1)
        await barrier.wait()
        await task
        return seen

    assert value(lambda: run_in(main())) == [("event", 1001.0), ("condition", 1002.0), ("barrier", 1003.0)]


@pytest.mark.parametrize("kind", [asyncio.Queue, asyncio.LifoQueue, asyncio.PriorityQueue])
def test_queues_of_coroutines(kind: type[asyncio.Queue[int]]) -> None:
    """Producer and consumer share a bounded queue; `join` waits until all is done."""

    async def main() -> tuple[list[int], float]:
        items = kind(2)
        seen: list[int] = []

        async def consume() -> None:
            while True:
                item = await items.get()
                await asyncio.sleep(1)
                seen.append(item)
                items.task_done()

        consumer = asyncio.create_task(consume())
        for number in range(4):
            await items.put(number)
        await items.join()
        consumer.cancel()
        return sorted(seen), time.monotonic()

    assert value(lambda: run_in(main())) == ([0, 1, 2, 3], 1004.0)


def test_blocking_work_in_threads() -> None:
    """`to_thread` and `run_in_executor` leave the loop free while a thread blocks."""

    async def main() -> list[object]:
        loop = asyncio.get_running_loop()

        def block(result: object) -> object:
            time.sleep(2)
            return result

        results = await asyncio.gather(
            asyncio.to_thread(block, "a"), loop.run_in_executor(None, block, "b"), after(1, "c")
        )
        return [*results, time.monotonic()]

    assert value(lambda: run_in(main())) == ["a", "b", "c", 1002.0]


def test_a_loop_in_another_thread() -> None:
    """Coroutines can be handed to a loop that runs in a second thread, and stopped from outside."""

    def use() -> list[object]:
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=loop.run_forever)
        thread.start()
        futures = [asyncio.run_coroutine_threadsafe(after(length, length), loop) for length in (2, 1)]
        seen: list[object] = [future.result() for future in futures]
        seen.append(time.monotonic())
        with pytest.raises(TimeoutError):
            asyncio.run_coroutine_threadsafe(after(9), loop).result(timeout=3)
        loop.call_soon_threadsafe(lambda: seen.append(time.monotonic()))
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
        return seen

    assert value(use) == [2, 1, 1002.0, 1005.0]


def test_loops_in_several_threads() -> None:
    """Each thread may run a loop of its own."""

    def use() -> None:
        in_threads(*[lambda: asyncio.run(after(2))] * 3)

    run = simulate(use)
    assert (run.elapsed, run.leftovers) == (2 * SECOND, ())


def test_a_runner_and_a_loop_by_hand() -> None:
    """`asyncio.Runner`, `run_until_complete` and `call_later` work as outside."""

    def use() -> list[object]:
        seen: list[object] = []
        with asyncio.Runner() as runner:
            seen += [runner.run(after(1, "first")), runner.run(after(1, "second"))]
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        loop.call_later(1, seen.append, "called")
        handle = loop.call_at(loop.time() + 1.5, seen.append, "never")
        handle.cancel()
        seen.append(loop.run_until_complete(after(2, "third")))
        loop.close()
        return [*seen, time.monotonic()]

    assert value(use) == ["first", "second", "called", "third", 1004.0]


@pytest.mark.skipif(sys.version_info < (3, 12), reason="since Python 3.12")
def test_eager_tasks() -> None:
    """Tasks that start at once are traced and numbered like others."""

    def use() -> list[object]:
        seen: list[object] = []

        async def work(number: int) -> int:
            seen.append(f"in {number}")
            await asyncio.sleep(number)
            return number

        async def main() -> None:
            asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)  # type: ignore[attr-defined, unused-ignore]  # new in 3.12
            tasks = [asyncio.create_task(work(number)) for number in (2, 0)]
            seen.append("made")
            seen.extend(await asyncio.gather(*tasks))

        asyncio.run(main())
        return seen

    run = watched(use)
    assert run.value == ["in 2", "in 0", "made", 2, 0]
    assert [event.data["name"] for event in events(run, "task_start")] == ["main", "work", "work"]


def test_a_task_factory_of_the_programs_own() -> None:
    """A program may make its tasks itself, by a factory or by calling the class."""

    async def main() -> list[object]:
        loop = asyncio.get_running_loop()
        assert loop.get_task_factory() is None
        own = asyncio.Task(after(1, "own"), loop=loop, name="mine")
        loop.set_task_factory(lambda loop, coroutine, **options: asyncio.Task(coroutine, loop=loop, **options))
        made = asyncio.create_task(after(1, "made"))
        return [own.get_name(), isinstance(made, asyncio.Task), await own, await made, time.monotonic()]

    run = watched(lambda: run_in(main()))
    assert run.value == ["mine", True, "own", "made", 1001.0]
    assert len(events(run, "task_start")) == 3


def test_tasks_look_like_tasks() -> None:
    """Class, coroutine, stack, names and text of a task are what a program expects."""

    async def main() -> list[object]:
        coroutine = after(1)
        task = asyncio.create_task(coroutine)
        await asyncio.sleep(0)
        [frame] = task.get_stack()
        seen: list[object] = [
            task.get_coro() is coroutine,
            type(task).__name__,
            task.get_name(),
            frame.f_code.co_name,
            "after() running at" in repr(task),
            asyncio.current_task() in asyncio.all_tasks(),
            task in asyncio.all_tasks(),
            asyncio.isfuture(task),
        ]
        await task
        return seen

    for _ in range(2):
        assert value(lambda: run_in(main())) == [True, "Task", "Task-2", "after", True, True, True, True]


def test_context_variables_belong_to_tasks() -> None:
    """Each task has its own context, and none of it reaches the world outside."""
    variable: contextvars.ContextVar[str] = contextvars.ContextVar("variable", default="outside")

    async def work(name: str) -> str:
        variable.set(name)
        await asyncio.sleep(1)
        return variable.get()

    async def main() -> list[str]:
        variable.set("main")
        return [*await asyncio.gather(work("a"), work("b")), await asyncio.to_thread(variable.get), variable.get()]

    def use() -> list[str]:
        found: list[str] = run_in(main())
        variable.set("inside")
        return found

    assert value(use) == ["a", "b", "main", "main"]
    assert variable.get() == "outside"


def test_asynchronous_generators() -> None:
    """They wait in virtual time, and one that is left half-way is closed when the loop ends."""

    def use() -> list[object]:
        seen: list[object] = []

        async def count() -> AsyncIterator[int]:
            try:
                for number in range(10):
                    await asyncio.sleep(1)
                    yield number
            finally:
                seen.append("closed")

        async def main() -> None:
            async for number in count():
                seen.append(number)
                if number == 2:
                    break
            seen.extend([number async for number in count()][-1:])

        asyncio.run(main())
        return [*seen, time.monotonic()]

    found = value(use)
    assert sorted(map(str, found)) == sorted(map(str, [0, 1, 2, 9, "closed", "closed", 1013.0]))


def test_a_blocking_call_in_a_coroutine_stops_the_loop() -> None:
    """`time.sleep` in a coroutine lets nothing else run, and the trace says that it blocked the loop."""

    async def bad() -> None:
        time.sleep(2)  # noqa: ASYNC251 - the mistake

    async def main() -> float:
        await asyncio.gather(bad(), bad(), after(1))
        return time.monotonic()

    run = watched(lambda: run_in(main()))
    assert run.value == 1005.0
    waits = [event for event in events(run, "wait") if event.data.get("blocks_loop")]
    assert [(event.time - event.data["began"]) / SECOND for event in waits] == [2, 2]
    assert {event.site and event.site.line for event in waits} == {line_of("noqa: ASYNC251 - the mistake")}


def test_an_error_that_nobody_hears_of_is_in_the_trace(caplog: pytest.LogCaptureFixture) -> None:
    """A callback's error, and that of a task whose result nobody wants, are logged as outside, and traced."""

    async def fail() -> None:
        raise KeyError

    async def main() -> None:
        asyncio.get_running_loop().call_soon([].pop)
        task = asyncio.create_task(fail())
        await asyncio.sleep(1)
        del task

    run = simulate(lambda: run_in(main()))
    assert sorted(event.data["error"] for event in events(run, "loop_error")) == ["IndexError", "KeyError"]
    assert len(caplog.records) == 2


def test_yielding_to_the_loop_takes_no_time() -> None:
    """Ten thousand rounds of `sleep(0)` take none, and an endless number of them is endless."""

    async def yield_often(rounds: int) -> None:
        for _ in range(rounds):
            await asyncio.sleep(0)

    assert seconds(lambda: run_in(yield_often(10_000))) == 0
    assert stopped(lambda: run_in(yield_often(10**9)), limit=60).reason == "endless"


def test_polling_in_a_coroutine_lets_time_pass() -> None:
    """A coroutine that asks again and again without a pause gets its answer at the right instant."""

    async def main() -> float:
        task = asyncio.create_task(after(2))
        while not task.done():
            await asyncio.sleep(0)
        return time.monotonic()

    assert value(lambda: run_in(main())) == 1002.0


def test_a_debugging_loop_works() -> None:
    """The loop's debug mode works; simulated time spent waiting in a callback counts as slow."""

    async def main() -> bool:
        await asyncio.sleep(1)
        return asyncio.get_running_loop().get_debug()

    assert value(lambda: asyncio.run(main(), debug=True)) is True


def test_signal_handlers_of_loops_may_be_set() -> None:
    """A program may prepare for a graceful end: nothing comes, and nothing breaks."""
    signal = pytest.importorskip("signal")

    async def main() -> bool:
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGUSR1, print)
        await asyncio.sleep(1)
        return bool(loop.remove_signal_handler(signal.SIGUSR1))

    before = signal.getsignal(signal.SIGUSR1)
    assert value(lambda: run_in(main())) is True
    assert signal.getsignal(signal.SIGUSR1) == before


def test_the_loop_of_the_calling_thread_is_left_alone() -> None:
    """A simulation can run inside a running event loop, as in a notebook, and has loops of its own."""

    async def outer() -> tuple[object, bool]:
        here = asyncio.get_running_loop()
        found = value(lambda: asyncio.run(after(5, "inside")))
        return found, asyncio.get_running_loop() is here

    assert asyncio.run(outer()) == ("inside", True)


def test_a_loop_that_is_set_inside_is_not_set_outside() -> None:
    """The event loop policy and its loop are the program's own, afresh in each run."""

    def use() -> object:
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        loop.close()
        return vars(asyncio.events)["_event_loop_policy"]

    before = vars(asyncio.events)["_event_loop_policy"]
    inside = value(use)
    assert vars(asyncio.events)["_event_loop_policy"] is before
    assert before is not inside
    assert value(use) is not inside


def test_calls_of_one_instant_come_in_the_order_they_were_asked_for() -> None:
    """Twenty tasks that sleep equally long wake in the order in which they fell asleep."""

    async def main() -> list[int]:
        seen: list[int] = []

        async def work(number: int) -> None:
            await asyncio.sleep(1)
            seen.append(number)

        await asyncio.gather(*map(work, range(20)))
        return seen

    assert value(lambda: run_in(main())) == list(range(20))
