"""Tests of threads."""

# mypy: disable-error-code="func-returns-value"
# A lambda does several things by way of a tuple.

from __future__ import annotations

import _thread
import sys
import threading
import time
from typing import Any

import pytest

from grader.simulation import _threads, simulate
from grader.tests.simulation.bench import SECOND, events, in_threads, line_of, seconds, value, watched


def test_threads_sleep_at_the_same_time() -> None:
    """Five threads of two seconds take two seconds."""
    assert seconds(lambda: in_threads(*[lambda: time.sleep(2)] * 5)) == 2


def test_one_after_another_takes_the_sum() -> None:
    """Joining each thread before the next starts takes ten."""

    def one_by_one() -> None:
        for _ in range(5):
            in_threads(lambda: time.sleep(2))

    assert seconds(one_by_one) == 10


def test_a_subclass_runs_its_own_run() -> None:
    """A class derived from `Thread` with a `run` and attributes of its own works."""

    class Worker(threading.Thread):
        def __init__(self, number: int) -> None:
            super().__init__(name=f"worker {number}", daemon=True)
            self.number = number
            self.result = 0

        def run(self) -> None:
            time.sleep(self.number)
            self.result = self.number**2

    def work() -> list[tuple[str, bool, int]]:
        workers = [Worker(number) for number in range(3)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        return [(worker.name, worker.daemon, worker.result) for worker in workers]

    assert value(work) == [("worker 0", True, 0), ("worker 1", True, 1), ("worker 2", True, 4)]


def test_a_subclass_that_forgets_to_initialise_fails_as_outside() -> None:
    """A `Thread` whose `__init__` was not called says so when it is started, joined or asked."""

    class Careless(threading.Thread):
        def __init__(self) -> None:
            pass

    for use in (threading.Thread.start, threading.Thread.join, threading.Thread.is_alive):
        with pytest.raises((RuntimeError, AssertionError)) as real:
            use(Careless())
        name = use.__name__
        with pytest.raises(real.type) as simulated:
            value(lambda name=name: getattr(threading.Thread, name)(Careless()))  # type: ignore[misc]  # a default is a binding
        assert str(simulated.value) == str(real.value)


def test_an_error_in_the_constructor_leaves_nothing_behind() -> None:
    """A subclass whose `__init__` raises half-way is simply not there."""

    class Broken(threading.Thread):
        def __init__(self) -> None:
            super().__init__()
            raise ValueError

    def make() -> int:
        with pytest.raises(ValueError):  # noqa: PT011 - it has no text
            Broken()
        return threading.active_count()

    assert value(make) == threading.active_count()


def test_names_are_counted_from_one_and_can_be_changed() -> None:
    """Default names are the same in every run, and any name becomes text."""

    def name() -> list[str]:
        threads = [
            threading.Thread(),
            threading.Thread(target=time.sleep, args=(0,)),
            threading.Thread(name=5),  # type: ignore[arg-type]  # as programs do
        ]
        threads[0].name = ("a", 1)  # type: ignore[assignment]  # as programs do
        for thread in threads:
            thread.start()
            thread.join()
        return [thread.name for thread in threads]

    for _ in range(2):
        run = simulate(name)
        assert run.value == ["('a', 1)", "Thread-2 (sleep)", "5"]
        assert [event.data["name"] for event in events(run, "thread_start")] == run.value


def test_life_of_a_thread() -> None:
    """`is_alive`, `ident`, `enumerate` and `active_count` tell the stages of a thread's life."""

    def live() -> list[object]:
        before = threading.active_count()
        thread = threading.Thread(target=time.sleep, args=(1,))
        seen: list[object] = [thread.is_alive(), thread.ident]
        thread.start()
        seen += [thread.is_alive(), isinstance(thread.ident, int), thread in threading.enumerate()]
        seen.append(threading.active_count() - before)
        thread.join()
        seen += [thread.is_alive(), thread in threading.enumerate(), threading.active_count() - before]
        return seen

    assert value(live) == [False, None, True, True, True, 1, False, False, 0]


def test_the_first_thread_is_the_main_thread() -> None:
    """The function runs in the calling thread, which is the main thread as outside."""

    def ask() -> list[object]:
        inner: list[object] = []
        in_threads(lambda: inner.append(threading.current_thread() is threading.main_thread()))
        return [threading.current_thread() is threading.main_thread(), *inner]

    assert value(ask) == [True, False]


def test_misuse_raises_what_it_raises_outside() -> None:
    """Starting twice, joining oneself, and joining before the start are errors with the real words."""

    def misuse() -> list[str]:
        said: list[str] = []

        def catch(function: Any) -> None:  # noqa: ANN401 - any call
            with pytest.raises(RuntimeError) as caught:
                function()
            said.append(str(caught.value))

        thread = threading.Thread()
        catch(thread.join)
        thread.start()
        catch(thread.start)
        thread.join()
        catch(thread.start)
        catch(threading.current_thread().join)
        in_threads(lambda: catch(threading.current_thread().join))
        return said

    assert value(misuse) == misuse()
    assert value(misuse)[-1] == "cannot join current thread"


@pytest.mark.parametrize("timeout", [0, 0.5, -1, -1e9])
def test_a_join_that_times_out_leaves_the_thread_alone(timeout: float) -> None:
    """A join waits no longer than it is told, negative meaning not at all."""

    def join() -> tuple[float, bool]:
        thread = threading.Thread(target=time.sleep, args=(1,))
        thread.start()
        thread.join(timeout)
        return time.monotonic() - 1000, thread.is_alive()

    assert value(join) == (max(0, timeout), True)


def test_a_thread_may_be_joined_by_many() -> None:
    """All who join a thread go on when it ends."""

    def join() -> list[float]:
        seen: list[float] = []
        thread = threading.Thread(target=time.sleep, args=(2,))
        thread.start()
        in_threads(*[lambda: (thread.join(), seen.append(time.monotonic()))] * 3)
        return seen

    assert value(join) == [1002.0] * 3


def test_an_error_in_a_thread_is_printed_and_in_the_trace(capsys: pytest.CaptureFixture[str]) -> None:
    """An uncaught error ends its thread alone, prints its traceback, and the trace has the line that raised it."""

    def fail() -> str:
        def work() -> None:
            time.sleep(1)
            ["found"].index("lost")  # it fails

        in_threads(work)
        return "went on"

    run = watched(fail)
    assert run.value == "went on"
    [event] = events(run, "thread_error")
    assert (event.thread, event.time, event.data["error"]) == (1, SECOND, "ValueError")
    assert event.site is not None
    assert event.site.line == line_of("it fails")
    assert "ValueError: 'lost'" in capsys.readouterr().err


def test_a_program_may_set_its_own_hook_for_errors() -> None:
    """`threading.excepthook` is called, the trace has the error nevertheless, and the hook is gone afterwards."""
    before = threading.excepthook

    def fail() -> list[str]:
        seen: list[str] = []
        threading.excepthook = lambda args: seen.append(args.exc_type.__name__)
        in_threads(lambda: [].pop())
        return seen

    run = simulate(fail)
    assert run.value == ["IndexError"]
    assert len(events(run, "thread_error")) == 1
    assert threading.excepthook is before


def test_leaving_a_thread_by_sys_exit_is_no_error(capsys: pytest.CaptureFixture[str]) -> None:
    """`sys.exit` in a thread ends it silently."""
    run = simulate(lambda: in_threads(sys.exit, lambda: sys.exit(3)))
    assert (run.error, events(run, "thread_error")) == (None, [])
    assert capsys.readouterr().err == ""


def test_raw_threads_run_under_the_scheduler() -> None:
    """`_thread.start_new_thread` starts a simulated thread, with positional and named arguments."""

    def start() -> list[object]:
        seen: list[object] = []

        def work(first: int, *, second: int) -> None:
            time.sleep(first)
            seen.append((first, second, time.monotonic()))

        ident = _thread.start_new_thread(work, (2,), {"second": 3})
        time.sleep(5)
        return [isinstance(ident, int), *seen]

    assert value(start) == [True, (2, 3, 1002.0)]


def test_an_error_in_a_raw_thread_is_reported_as_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """It goes to `sys.unraisablehook`, and into the trace."""
    caught: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda args: caught.append((args.exc_type, args.err_msg)))

    def fail() -> None:
        _thread.start_new_thread([].pop, ())
        _thread.start_new_thread(sys.exit, ())
        time.sleep(1)

    run = simulate(fail)
    [(kind, message)] = caught
    assert kind is IndexError
    assert "thread started by" in message
    assert [event.data["error"] for event in events(run, "thread_error")] == ["IndexError"]


@pytest.mark.parametrize("arguments", [(), (1, ()), (print, []), (print, (), 1), (print,)])
def test_starting_a_raw_thread_wrongly_is_an_error(arguments: tuple[Any, ...]) -> None:
    """Wrong arguments raise a `TypeError`, as outside."""
    with pytest.raises(TypeError):
        value(lambda: _thread.start_new_thread(*arguments))


def test_a_thread_that_the_system_refuses_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the operating system starts no more threads, the program gets the error and goes on."""

    def refuse(*_: object, **__: object) -> None:
        message = "can't start new thread"
        raise RuntimeError(message)

    monkeypatch.setattr(_threads, "_real_start", refuse)
    monkeypatch.setattr(_threads, "_real_start_joinable", refuse)

    def start() -> tuple[str, float]:
        thread = threading.Thread()
        with pytest.raises(RuntimeError) as caught:
            thread.start()
        time.sleep(1)
        return str(caught.value), time.monotonic()

    run = simulate(start)
    assert run.value == ("can't start new thread", 1001.0)
    assert run.leftovers == ()


def test_a_thread_may_start_threads() -> None:
    """Threads started by threads run and are waited for."""

    def nest(depth: int) -> int:
        if depth == 0:
            return 1
        found: list[int] = []
        in_threads(*[lambda: found.append(nest(depth - 1))] * 2)
        return sum(found)

    assert value(lambda: nest(5)) == 32


def test_threads_are_numbered_in_the_order_of_starting() -> None:
    """The trace tells threads apart by number, and names who started whom, where."""

    def start() -> None:
        in_threads(lambda: in_threads(lambda: None))  # here

    run = watched(start)
    started = events(run, "thread_start")
    assert [(event.thread, event.data["started"]) for event in started] == [(0, 1), (1, 2)]
    assert [event.thread for event in events(run, "thread_end")] == [2, 1]


def test_sets_of_threads_are_iterated_in_the_order_of_adding() -> None:
    """A set of threads is the same in every run, which addresses as hashes would not allow."""

    def collect() -> list[str]:
        threads = {threading.Thread() for _ in range(50)}
        return [thread.name for thread in threads]

    assert value(collect) == [f"Thread-{number}" for number in range(1, 51)]


def test_settrace_and_setprofile_hooks_reach_threads() -> None:
    """What `threading.setprofile` sets is called in simulated threads."""

    def profile() -> bool:
        seen: list[str] = []
        threading.setprofile(lambda frame, event, _: seen.append(frame.f_code.co_name) if event == "call" else None)
        try:
            in_threads(lambda: time.sleep(1))
        finally:
            threading.setprofile(None)
        return "run" in seen

    assert value(profile) is True
