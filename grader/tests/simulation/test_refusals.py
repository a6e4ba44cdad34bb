"""Tests of what the simulation refuses, and of what it says then."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from grader.simulation import NotSimulatedError, diagnose, simulate, whereabouts
from grader.tests.simulation.bench import SECOND, events, line_of, watched

if TYPE_CHECKING:
    from collections.abc import Callable


def start_process() -> None:
    """Start a process of `multiprocessing`."""
    import multiprocessing  # noqa: PLC0415 - for this only

    multiprocessing.Process(target=int).start()


def spawn_process() -> None:
    """Start a process of `multiprocessing` by spawning."""
    import multiprocessing  # noqa: PLC0415 - for this only

    multiprocessing.get_context("spawn").Process(target=int).start()


CALLS: list[tuple[str, Callable[[], Any]]] = [
    ("subprocess.Popen", lambda: subprocess.run([sys.executable, "-V"], check=False)),
    ("subprocess.Popen", lambda: os.popen("true")),  # noqa: S605, S607 - it isn't run
    ("os.system", lambda: os.system("true")),  # noqa: S605, S607 - it isn't run
    ("os.fork", lambda: os.fork()),
    ("os.fork", start_process),
    ("_posixsubprocess.fork_exec", spawn_process),
    ("os.posix_spawn", lambda: os.posix_spawn("/bin/true", ["true"], {})),
    ("os.waitpid", lambda: os.waitpid(-1, 0)),
    ("signal.pause", lambda: signal.pause()),
    ("signal.sigwait", lambda: signal.sigwait([])),
    ("signal.alarm", lambda: signal.alarm(1)),
    ("signal.setitimer", lambda: signal.setitimer(signal.ITIMER_REAL, 1)),
]


@pytest.mark.parametrize(("name", "call"), CALLS, ids=[f"{number} {name}" for number, (name, _) in enumerate(CALLS)])
@pytest.mark.skipif(os.name == "nt", reason="calls of POSIX systems")
def test_what_is_not_simulated_is_refused(name: str, call: Callable[[], Any]) -> None:
    """A call that would wait for real is refused by name with the reason, and noted even if the error is swallowed."""

    def use() -> str:
        try:
            call()
        except NotSimulatedError as error:
            return str(error)
        return ""

    run = watched(use)
    assert run.value is not None
    assert run.value.startswith(f"{name}() is not simulated: ")
    assert [event.data["call"] for event in events(run, "refused")] == [f"{name}()"]


def test_refused_calls_work_for_other_threads_and_afterwards() -> None:
    """Only simulated code is refused anything."""
    simulate(lambda: None)
    assert subprocess.run([sys.executable, "-c", "print(5)"], capture_output=True, check=True).stdout == b"5\n"


def test_real_work_takes_no_simulated_time() -> None:
    """What computes or blocks for real simply happens while virtual time stands still."""

    def compute() -> int:
        return sum(range(100_000))

    run = simulate(compute)
    assert (run.value, run.elapsed) == (4_999_950_000, 0)


def test_a_watchdog_learns_who_runs_and_where() -> None:
    """From another thread: the name of the thread that holds the baton, the line that spins, and the time."""
    found: list[Any] = []
    spinning, seen = threading.Lock(), threading.Lock()
    spinning.acquire()
    seen.acquire()

    def watch() -> None:
        spinning.acquire()
        found.extend([whereabouts(), diagnose()])
        seen.release()

    watchdog = threading.Thread(target=watch)
    watchdog.start()

    def spin() -> None:
        time.sleep(3)
        spinning.release()
        while seen.locked():  # it spins
            pass

    def use() -> None:
        thread = threading.Thread(target=spin, name="spinner")
        thread.start()
        thread.join()

    assert watched(use).error is None
    watchdog.join()
    who, site = found
    assert (who.thread, who.name, who.time) == (1, "spinner", 3 * SECOND)
    assert who.site == site
    assert site.line - line_of("it spins") in {-1, 0, 1}
    assert str(who).startswith(f"spinner runs at line {site.line} of {__file__}, in ")
    assert str(who).endswith("; simulated time 3.000 s")


def test_code_outside_the_watched_files_is_named_as_well() -> None:
    """Where no watched line is on the way, the innermost line of any file is said."""
    found = simulate(whereabouts).value
    assert found is not None
    assert found.site is None
    inside = simulate(lambda: [whereabouts()][0]).value
    assert inside is not None
    assert inside.innermost is not None
    assert inside.innermost.file == __file__


def test_no_simulation_no_whereabouts() -> None:
    """Outside of any simulation there is nothing to say."""
    assert whereabouts() is None
    assert diagnose() is None
