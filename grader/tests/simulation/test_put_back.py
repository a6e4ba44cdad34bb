"""Tests that nothing stays replaced, and that what was made inside is of use outside."""

from __future__ import annotations

import asyncio
import datetime as dt
import gc
import importlib
import logging
import random
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from grader.simulation import Environment, SimulationError, _refusals, simulate
from grader.tests.simulation.bench import value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def state() -> dict[tuple[str, str], int]:
    """Identify every global of every module, and every attribute of the classes that a simulation changes."""
    found = {
        (module.__name__, name): id(item)
        for module in list(sys.modules.values())
        if type(module) is ModuleType and not module.__name__.startswith(("grader.simulation", "_pytest", "hypothesis"))
        for name, item in list(vars(module).items())
    }
    for owner in (threading.Thread, threading.Event, threading.Semaphore, asyncio.BaseEventLoop, socket.socket):
        found |= {(owner.__name__, name): id(item) for name, item in vars(owner).items()}
    for logger in ("asyncio", "concurrent.futures"):
        found[logger, "filters"] = len(logging.getLogger(logger).filters)
    found["gc", "threshold"] = hash(gc.get_threshold())
    found |= {("signal", number.name): hash(signal.getsignal(number)) for number in signal.Signals}
    return found


def changes(before: dict[tuple[str, str], int]) -> set[tuple[str, str]]:
    """Name what isn't as it was."""
    after = state()
    own = {(__name__, name) for name in ("before", "after")}
    return {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)} - own


def use_everything() -> None:
    """Use a little of all that is simulated."""
    import queue  # noqa: PLC0415 - as a program does
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - as a program does

    with ThreadPoolExecutor() as pool:
        pool.submit(time.sleep, 1).result()
    items: queue.Queue[int] = queue.Queue()
    threading.Timer(1, items.put, (1,)).start()
    items.get()
    asyncio.run(asyncio.sleep(1))
    with socket.create_server(("", 0)) as server:
        select.select([server], [], [], 1)


def fail() -> NoReturn:
    """Raise."""
    use_everything()
    raise KeyError


def interrupt() -> NoReturn:
    """Raise what nobody may keep."""
    use_everything()
    raise KeyboardInterrupt


def get_stuck() -> None:
    """Wait for ever, with a thread and a loop besides."""
    use_everything()
    threading.Thread(target=lambda: asyncio.run(asyncio.sleep(1e9))).start()
    threading.Event().wait()


def get_stuck_in_a_stubborn_loop() -> None:
    """Prevent an event loop from cleaning up."""

    async def main() -> None:
        while True:
            try:
                time.sleep(1)  # noqa: ASYNC251 - the mistake
            except:  # noqa: E722, S110 - as programs do
                pass

    asyncio.run(main())


@pytest.mark.parametrize("function", [use_everything, fail, interrupt, get_stuck, get_stuck_in_a_stubborn_loop])
def test_everything_is_put_back(function: Callable[[], None]) -> None:
    """Whatever happened inside, every name in every module means afterwards what it meant before."""
    value(use_everything)
    before = state()
    try:
        simulate(function)
    except KeyboardInterrupt:
        assert function is interrupt
    assert changes(before) == set()


def test_everything_is_put_back_when_the_beginning_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error amid the replacements leaves none of them, and a simulation can be begun again."""

    def install(_: object) -> NoReturn:
        raise KeyError

    value(use_everything)
    with monkeypatch.context() as patch:
        patch.setattr(_refusals, "install", install)
        before = state()
        with pytest.raises(KeyError):
            simulate(use_everything)
        assert changes(before) == set()
    value(use_everything)


def test_a_refused_nested_simulation_changes_nothing() -> None:
    """The outer simulation goes on simulated, and everything is put back once."""
    before = state()

    def nest() -> float:
        with pytest.raises(SimulationError):
            simulate(use_everything)
        time.sleep(100)
        return time.monotonic()

    assert value(nest) == 1100.0
    with Environment(), pytest.raises(SimulationError):
        simulate(use_everything)
    assert changes(before) == set()


def test_random_numbers_are_the_same_in_every_run_and_go_on_outside() -> None:
    """Runs with random numbers repeat; the sequence outside is neither used nor reset."""
    random.seed(5)
    expected = [random.random() for _ in range(4)]  # noqa: S311 - not for secrets
    random.seed(5)
    found = [random.random()]  # noqa: S311 - not for secrets
    runs = [value(lambda: [random.random() for _ in range(3)]) for _ in range(2)]  # noqa: S311 - not for secrets
    found += [random.random() for _ in range(3)]  # noqa: S311 - not for secrets
    assert found == expected
    assert runs[0] == runs[1]


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Any]]:
    """Make a module that isn't loaded yet, and a function that loads it."""
    monkeypatch.syspath_prepend(tmp_path)
    name = "module_of_test_put_back"

    def load(source: str) -> Any:  # noqa: ANN401 - a module
        (tmp_path / f"{name}.py").write_text(source)
        importlib.invalidate_caches()
        return importlib.import_module(name)

    monkeypatch.delitem(sys.modules, name, raising=False)
    yield load
    sys.modules.pop(name, None)


def test_a_module_first_loaded_inside_works_outside(module: Callable[[str], Any]) -> None:
    """What a module imported by name while it was simulated is the real thing afterwards."""
    source = """
from datetime import datetime
from queue import SimpleQueue
from select import select
from socket import socket, create_server
from threading import Lock, RLock, Thread
from time import monotonic, sleep
from _thread import start_new_thread
import asyncio
LOCK = Lock()
class Stamp(datetime):
    pass
class Job(asyncio.Future):
    pass
"""
    loaded = value(lambda: module(source))
    assert loaded.sleep is time.sleep
    assert loaded.monotonic is time.monotonic
    assert loaded.socket is socket.socket
    assert loaded.select is select.select
    assert loaded.datetime is dt.datetime
    assert loaded.Lock is threading.Lock
    assert abs(loaded.Stamp.now().timestamp() - time.time()) < 3600
    with loaded.LOCK:
        assert not loaded.LOCK.acquire(timeout=0.01)

    async def await_job() -> int:
        job = loaded.Job()
        job.set_result(3)
        return int(await job)

    assert asyncio.run(await_job()) == 3


def test_locks_made_inside_exclude_real_threads_outside() -> None:
    """Locks, conditions, events and queues that a simulation made and left work with real threads."""
    import queue  # noqa: PLC0415 - as a program does

    lock, event, items, semaphore = value(
        lambda: (threading.Lock(), threading.Event(), queue.Queue[int](1), threading.BoundedSemaphore(1))
    )
    total = 0

    def work() -> None:
        nonlocal total
        event.wait()
        for _ in range(50):
            with semaphore, lock:
                before = total
                time.sleep(0)
                total = before + 1
            items.put(1)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    event.set()
    received = sum(items.get() for _ in range(200))
    for thread in threads:
        thread.join()
    assert (total, received) == (200, 200)


def test_threads_that_are_not_simulated_get_real_things() -> None:
    """While a simulation runs, another thread makes real locks and sockets, starts real threads, and looks up names."""
    ask, answer = threading.Lock(), threading.Lock()
    ask.acquire()
    answer.acquire()
    kinds = [type(threading.Lock()), type(threading.RLock()), socket.socket]
    seen: list[object] = []

    def outside() -> None:
        ask.acquire()
        with socket.socket(type=socket.SOCK_DGRAM) as made:
            seen.extend([type(threading.Lock()), type(threading.RLock()), type(made), isinstance(made, socket.socket)])
        inner = threading.Thread(target=lambda: seen.append(time.time() > 0))
        inner.start()
        inner.join()
        seen.extend([socket.gethostbyname("127.0.0.1"), select.select([], [], [], 0)])
        first, second = socket.socketpair()
        first.sendall(b"real")
        seen.append(second.recv(9))
        first.close()
        second.close()
        answer.release()

    thread = threading.Thread(target=outside)
    thread.start()

    def inside() -> str:
        ask.release()
        answer.acquire()
        return "done"

    assert value(inside) == "done"
    thread.join()
    assert seen == [*kinds, True, True, "127.0.0.1", ([], [], []), b"real"]


def test_sockets_of_a_simulation_that_is_over_are_closed() -> None:
    """A socket that is kept beyond its simulation is closed, says so, and may be closed again."""
    kept = simulate(lambda: socket.create_server(("localhost", 1))).value
    assert kept is not None
    with pytest.raises(OSError, match="Bad file descriptor"):
        kept.accept()
    kept.close()
    assert kept.fileno() == -1


def test_no_descriptors_are_left_open() -> None:
    """A hundred simulations that leave sockets, threads and running loops behind leave no descriptor."""
    import os  # noqa: PLC0415 - for this test only

    def leave() -> list[object]:
        threading.Thread(target=lambda: asyncio.run(asyncio.sleep(1))).start()
        return [socket.create_server(("localhost", 1)), socket.socketpair()]

    def count() -> int:
        gc.collect()
        return len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - names are enough

    if not os.path.isdir("/proc/self/fd"):  # noqa: PTH112 - a string is enough
        pytest.skip("no list of descriptors here")
    simulate(leave)
    before = count()
    for _ in range(100):
        simulate(leave)
    assert count() <= before


def test_modules_that_a_fork_shares_are_not_looked_at_again() -> None:
    """A process that relies on what was loaded replaces all the same, in modules old and new, and puts all back."""
    script = """
import importlib.util, sys, time
from time import sleep
from grader.simulation import Environment, rely_on_loaded_modules, simulate
with Environment():
    pass
rely_on_loaded_modules()
real = sleep
before = list(sys.modules)

def load():
    spec = importlib.util.spec_from_loader("late", None)
    late = importlib.util.module_from_spec(spec)
    exec("from time import sleep", vars(late))
    sys.modules["late"] = late
    began = time.monotonic()
    sleep(2)
    late.sleep(3)
    return time.monotonic() - began

for _ in range(2):
    assert simulate(load).value == 5.0
    assert sleep is real and time.sleep is real and sys.modules["late"].sleep is real
"""
    folder = Path(__file__).parents[3]
    ran = subprocess.run([sys.executable, "-c", script], cwd=folder, check=False, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr


def test_modules_whose_names_lead_to_nothing_are_patched_as_well() -> None:
    """What was loaded when a process was forked is found also where no program may import it any more."""
    script = """
import sys, time, types
from grader.simulation import Environment, rely_on_loaded_modules
from grader.simulation._patching import Patches
hidden = sys.modules["hidden"] = types.ModuleType("hidden")
hidden.sleep = time.sleep
with Environment():
    pass
rely_on_loaded_modules()
sys.modules["hidden"] = None
patches = Patches()
patches.everywhere({time.sleep: print})
assert hidden.sleep is print and time.sleep is print
patches.undo()
assert hidden.sleep is time.sleep is not print
"""
    folder = Path(__file__).parents[3]
    ran = subprocess.run([sys.executable, "-c", script], cwd=folder, check=False, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
