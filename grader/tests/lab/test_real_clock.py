"""Tests of the scaled real clock: every way to wait is scaled, by the same factor as the clocks, and all is put back.

None of them measures real time. A wait that isn't scaled would meet the time-out of its test.
"""

from __future__ import annotations

import _thread
import asyncio
import datetime as dt
import importlib
import queue
import select
import selectors
import socket
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import suppress
from multiprocessing.pool import ThreadPool
from typing import TYPE_CHECKING, Any, TypeVar, cast

import pytest

from grader.lab import async_jobs, call, call_async, jobs
from grader.lab.loading import unloaded_afterwards
from grader.lab.real_clock import RealClock, _clocks, _locks, _polling, _sockets
from grader.lab.real_clock._pace import PACE
from grader.lab.stage import perform
from grader.lab.witness import Witness
from grader.tests.lab.test_scenario import seeded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from grader.lab import Scenario

T = TypeVar("T")

PACE_OF_TESTS = 10_000
LONG = 1_000
"""Seconds of a program: a tenth of a real one, and far longer than a test may take if they are not scaled."""

NEARLY = 0.99
"""Some waits end a little early, by the precision of the system's own functions."""

MODULE = "exercises.concurrency.fundamentals"


def on_the_real_clock(function: Callable[[], T]) -> T:
    """Return what a function returns on the real clock."""
    return cast("T", RealClock(PACE_OF_TESTS).run(function, "").value)


def held_lock() -> threading.Lock:
    """Return a lock that nobody will release."""
    lock = threading.Lock()
    lock.acquire()
    return lock


def rlock_of_another_thread(timeout: float) -> None:
    """Wait for a re-entrant lock that another thread holds."""
    lock, taken, done = threading.RLock(), threading.Event(), threading.Event()

    def hold() -> None:
        with lock:
            taken.set()
            done.wait()

    thread = threading.Thread(target=hold)
    thread.start()
    taken.wait()
    lock.acquire(timeout=timeout)
    done.set()
    thread.join()


def joined(timeout: float) -> None:
    """Join a thread that doesn't end meanwhile."""
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    thread.join(timeout)
    done.set()
    thread.join()


def future(timeout: float) -> None:
    """Wait for the result of a pool's thread that doesn't come."""
    done = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        with suppress(FutureTimeoutError):
            pool.submit(done.wait).result(timeout)
        done.set()


def timer(timeout: float) -> None:
    """Wait for a timer."""
    waiting = threading.Timer(timeout, lambda: None)
    waiting.start()
    waiting.join()


def thread_pool(timeout: float) -> None:
    """Let a pool of `multiprocessing` sleep."""
    with ThreadPool(1) as pool:
        pool.apply(time.sleep, (timeout,))


def on_a_socket(wait: Callable[[socket.socket, float], object]) -> Callable[[float], None]:
    """Wait for a socket on which nothing arrives."""

    def waiting(timeout: float) -> None:
        ours, theirs = socket.socketpair()
        with ours, theirs, suppress(TimeoutError):
            wait(ours, timeout)

    return waiting


def received(ours: socket.socket, timeout: float) -> None:
    """Receive with a time-out."""
    ours.settimeout(timeout)
    ours.recv(1)


def polled(ours: socket.socket, timeout: float) -> None:
    """Poll; the time-out is in milliseconds."""
    poll = select.poll()
    poll.register(ours, select.POLLIN)
    poll.poll(timeout * 1000)


def epolled(ours: socket.socket, timeout: float) -> None:
    """Poll in the way of Linux."""
    with select.epoll() as poll:
        poll.register(ours, select.EPOLLIN)
        poll.poll(timeout, 1)


def selected(kind: type[selectors.BaseSelector]) -> Callable[[socket.socket, float], None]:
    """Wait in a selector."""

    def wait(ours: socket.socket, timeout: float) -> None:
        with kind() as selector:
            selector.register(ours, selectors.EVENT_READ)
            selector.select(timeout)

    return wait


async def time_out(seconds: float) -> None:
    """Wait for an event that doesn't come."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await asyncio.Event().wait()


def accepted_with_default(timeout: float) -> None:
    """Wait for a connection with the default time-out of all sockets."""
    socket.setdefaulttimeout(timeout)
    try:
        with socket.create_server(("127.0.0.1", 0)) as server, suppress(TimeoutError):
            server.accept()
    finally:
        socket.setdefaulttimeout(None)


WAITS: dict[str, Callable[[float], object]] = {
    "sleep": lambda timeout: time.sleep(timeout),
    "lock": lambda timeout: held_lock().acquire(timeout=timeout),
    "rlock": rlock_of_another_thread,
    "event": lambda timeout: threading.Event().wait(timeout),
    "semaphore": lambda timeout: threading.Semaphore(0).acquire(timeout=timeout),
    "join": joined,
    "future": future,
    "timer": timer,
    "thread-pool": thread_pool,
    "asyncio-sleep": lambda timeout: asyncio.run(asyncio.sleep(timeout)),
    "asyncio-timeout": lambda timeout: asyncio.run(time_out(timeout)),
    "select": on_a_socket(lambda ours, timeout: select.select([ours], [], [], timeout)),
    "poll": on_a_socket(polled),
    "socket": on_a_socket(received),
    "default-of-sockets": accepted_with_default,
    "selector": on_a_socket(selected(selectors.DefaultSelector)),
    "select-selector": on_a_socket(selected(selectors.SelectSelector)),
    "poll-selector": on_a_socket(selected(selectors.PollSelector)),
}
if hasattr(select, "epoll"):
    WAITS["epoll"] = on_a_socket(epolled)


@pytest.mark.parametrize("wait", WAITS.values(), ids=WAITS.keys())
def test_every_wait_is_scaled_as_the_clocks_are(wait: Callable[[float], object]) -> None:
    """A wait of 1,000 s takes that long by the program's clock, and ends long before the test's time-out."""

    def waited() -> float:
        began = time.monotonic()
        wait(LONG)
        return time.monotonic() - began

    assert on_the_real_clock(waited) >= LONG * NEARLY


@pytest.mark.parametrize("kind", ["Queue", "LifoQueue", "SimpleQueue"])
def test_queues_give_up_in_time(kind: str) -> None:
    """An empty queue of any kind raises `Empty` after its time-out."""

    def waited() -> float:
        made = getattr(queue, kind)()
        began = time.perf_counter()
        with pytest.raises(queue.Empty):
            made.get(timeout=LONG)
        return time.perf_counter() - began

    assert on_the_real_clock(waited) >= LONG * NEARLY


def test_all_clocks_run_at_the_same_pace() -> None:
    """While 1,000 s are slept, each clock goes on by at least that, and so does `datetime`."""

    def readings() -> list[float]:
        return [
            time.monotonic(),
            time.perf_counter(),
            time.time(),
            time.monotonic_ns() / 1e9,
            time.perf_counter_ns() / 1e9,
            time.time_ns() / 1e9,
            dt.datetime.now(dt.UTC).timestamp(),
        ]

    def differences() -> list[float]:
        before = readings()
        time.sleep(LONG)
        return [after - earlier for earlier, after in zip(before, readings(), strict=True)]

    assert min(on_the_real_clock(differences)) >= LONG * NEARLY


def test_clocks_go_on_from_the_real_time() -> None:
    """The program's clocks begin at what the real ones show, so nothing that was measured before is in the future."""
    before = time.monotonic(), time.time()
    inside = on_the_real_clock(lambda: (time.monotonic(), time.time()))
    assert inside[0] >= before[0]
    assert inside[1] >= before[1]


def test_makespan_is_in_the_seconds_of_the_program() -> None:
    """The time of a run is what the program's clocks say of it."""
    run = RealClock(PACE_OF_TESTS).run(lambda: time.sleep(LONG), "")
    assert run.elapsed >= LONG * NEARLY * 1e9
    assert (run.error, run.standstill, run.events, run.leftovers) == (None, None, [], ())


def test_time_outs_of_sockets_read_as_they_were_set() -> None:
    """`gettimeout` and `getdefaulttimeout` give the program's seconds; None and 0 stay what they are."""

    def read() -> list[float | None]:
        found = []
        with socket.socket() as made:
            for timeout in (5.0, None, 0.0):
                made.settimeout(timeout)
                found.append(made.gettimeout())
        socket.setdefaulttimeout(8.0)
        found.append(socket.getdefaulttimeout())
        socket.setdefaulttimeout(None)
        return found

    assert on_the_real_clock(read) == [pytest.approx(5.0), None, 0.0, pytest.approx(8.0)]


class Real:
    """Stands in for a real function, and notes what it was called with."""

    def __init__(self, answer: object = None) -> None:
        self.calls: list[tuple[object, ...]] = []
        self.answer = answer

    def __call__(self, *args: object) -> Any:  # noqa: ANN401 - whatever it is to answer
        """Note it, and answer."""
        self.calls.append(args)
        return self.answer


@pytest.fixture
def twenty_times(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty seconds of a program pass in a real one."""
    monkeypatch.setattr(PACE, "factor", 20)


@pytest.mark.usefixtures("twenty_times")
def test_real_functions_get_the_scaled_time() -> None:
    """Each stand-in passes a twentieth on to the real function, and everything else as it is."""
    sleep, selecting, joining, setting = Real(), Real(), Real(), Real()
    _clocks._scaled_sleep(sleep)(5)
    _polling._scaled_select(selecting)([1], [2], [3], 5)
    _polling._scaled_select(selecting)([1], [2], [3])
    _locks.scaled_join(joining)("thread", timeout=5)
    _sockets.scaled_setter(setting)("socket", 5)
    assert sleep.calls == [(0.25,)]
    assert selecting.calls == [([1], [2], [3], 0.25), ([1], [2], [3], None)]
    assert joining.calls == [("thread", 0.25)]
    assert setting.calls == [("socket", 0.25)]
    assert _sockets.scaled_getter(Real(0.25))("socket") == 5
    poll = Real()
    poll.poll = poll  # type: ignore[attr-defined] # its method is what is called
    _polling._ScaledPoll(poll).poll(500, 3)
    assert poll.calls == [(25.0, 3)]


@pytest.mark.usefixtures("twenty_times")
@pytest.mark.parametrize("timeout", [None, 0, -1, -5, "soon"])
def test_what_is_no_time_is_passed_on(timeout: object) -> None:
    """No time-out, none to wait, and mistakes reach the real function unchanged, which knows what to say."""
    assert PACE.shortened(timeout) is timeout


def test_mistakes_get_the_real_errors() -> None:
    """Wrong arguments raise what they raise without a scaled clock."""

    def wrong() -> None:
        with pytest.raises(ValueError, match="non-negative"):
            time.sleep(-1)
        with pytest.raises(TypeError):
            time.sleep("1")  # type: ignore[arg-type] # on purpose
        with pytest.raises(ValueError, match="timeout value"):
            threading.Lock().acquire(timeout=-2)
        with pytest.raises(RuntimeError):
            threading.Lock().release()

    on_the_real_clock(wrong)


def test_locks_do_what_the_real_ones_do() -> None:
    """A lock excludes, tells whether it is taken, and serves a condition."""

    def used() -> list[bool]:
        lock = threading.Lock()
        found = [lock.acquire(), lock.acquire(blocking=False), lock.locked()]
        lock.release()
        with lock:
            found.append(lock.locked())
        condition = threading.Condition(threading.Lock())
        with condition:
            found.append(condition.wait(0.001))
        return found

    assert on_the_real_clock(used) == [True, False, True, True, False]


def replaced() -> Iterator[tuple[object, str]]:
    """Yield every place that a scaled clock replaces."""
    for module, names in {
        time: ("sleep", "monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns", "time", "time_ns"),
        threading: ("Lock", "_allocate_lock", "_CRLock", "_time"),
        _thread: ("allocate_lock", "LockType", "RLock"),
        queue: ("SimpleQueue", "time"),
        select: ("select", "poll", "epoll"),
        socket: ("setdefaulttimeout", "getdefaulttimeout"),
        dt: ("datetime", "date"),
        sys.modules[__name__]: ("ThreadPool",),
    }.items():
        yield from ((module, name) for name in names if hasattr(module, name))
    yield threading.Thread, "join"
    yield socket.socket, "settimeout"
    yield socket.socket, "gettimeout"
    for kind in _polling.waiting_selectors():
        yield kind, "select"


def held() -> list[object]:
    """Return what is in those places at the moment; None where nothing is."""
    return [vars(owner).get(name) for owner, name in replaced()]


def test_everything_is_put_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a run that was interrupted, every place holds the real thing, also in modules that were loaded inside."""
    (tmp_path / "loaded_inside.py").write_text("from time import sleep\nfrom threading import Lock\n")
    monkeypatch.syspath_prepend(tmp_path)
    before = held()

    def interrupted() -> None:
        monkeypatch.setitem(sys.modules, "loaded_inside", importlib.import_module("loaded_inside"))
        differing = [name for (_, name), earlier, now in zip(replaced(), before, held(), strict=True) if earlier is now]
        assert differing == ["ThreadPool"]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        on_the_real_clock(interrupted)
    assert held() == before
    inside: Any = sys.modules["loaded_inside"]
    assert (inside.sleep, inside.Lock) == (time.sleep, threading.Lock)
    assert PACE.factor == 1


def test_what_was_made_inside_works_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lock that outlives its run waits in real seconds again."""
    lock = on_the_real_clock(lambda: threading.Lock())
    real = Real(answer=True)
    real.acquire = real  # type: ignore[attr-defined] # its method is what is called
    monkeypatch.setattr(lock, "_lock", real)
    assert lock.acquire(timeout=2)
    assert real.calls == [(True, 2.0)]


@pytest.mark.parametrize(
    ("source", "scenario"),
    [
        ("def run(jobs):\n    return [job() for job in jobs]", call("run", jobs(2, seconds=LONG / 2))),
        (
            "async def run(jobs):\n    return [await job() for job in jobs]",
            call_async("run", async_jobs(2, seconds=500)),
        ),
    ],
    ids=["threads", "asyncio"],
)
def test_a_scenario_is_performed_on_the_real_clock(tmp_path: Path, source: str, scenario: Scenario) -> None:
    """The stage gives the results, and the makespan in the program's seconds, as it does in the simulation."""
    file = tmp_path / "concurrency" / "fundamentals.py"
    file.parent.mkdir()
    file.write_text(source, encoding="utf-8")
    made = seeded(scenario, 1)
    witness = Witness(made.payloads)
    with unloaded_afterwards(MODULE):
        found = perform(made.request, MODULE, file, witness, RealClock(PACE_OF_TESTS))
    assert (found.outcome, found.value, found.error) == ("returned", list(made.payloads.values()), None)
    assert found.elapsed >= LONG * NEARLY * 1e9
    assert witness.peak == 1
