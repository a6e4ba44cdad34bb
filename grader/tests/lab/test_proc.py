"""Tests of looking at processes: who is there, and who is busy."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.lab.proc import busy, descendants, family, is_computing
from grader.lab.processes.quiet import family_of, own_family

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc")

WAITS = "print(flush=True); input()"
SPINS = "print(flush=True)\nwhile True: pass"
LOOKS = """
import os, threading
from grader.lab.proc import busy

def spin():
    ready.set()
    while True:
        pass

me, looker, ready = [os.getpid()], threading.get_native_id(), threading.Event()
print(busy(me), busy(me, spare=looker))
threading.Thread(target=spin, daemon=True).start()
ready.wait()
print(busy(me, spare=looker))
"""
FORKS = "import os\nif os.fork() == 0:\n    print(flush=True)\nos.read(0, 1)"


@contextmanager
def running(program: str) -> Iterator[int]:
    """Run a program in a process that is ready; it ends with the block."""
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield process.pid
        finally:
            os.killpg(process.pid, signal.SIGKILL)


def at_rest(pid: int) -> bool:
    """Wait until a process that is about to wait does so."""
    while busy([pid]):
        pass
    return True


def test_descendants_are_found() -> None:
    """A child's child is below both, and a process is not below itself."""
    with running(FORKS) as pid:
        (grandchild,) = descendants(pid, 10)
        assert {pid, grandchild} <= set(descendants(os.getpid(), 1_000))
        assert family(pid, 10) == 2


def test_who_waits_is_not_busy() -> None:
    """A process that reads from a pipe is at rest, and one that computes never is."""
    with running(WAITS) as waiting:
        assert at_rest(waiting)
        assert not is_computing(waiting)
        with running(SPINS) as spinning:
            assert busy([waiting, spinning])
            assert is_computing(spinning)


def test_a_computing_child_counts_as_its_parents_work() -> None:
    """Who waits for a child that computes deserves patience."""
    program = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {SPINS!r}])"
    with running(program) as pid:
        assert is_computing(pid)


def test_a_family_that_cannot_be_seen() -> None:
    """Where no process is found below the root, it isn't known whether any is busy."""
    with running(WAITS) as pid:
        assert at_rest(pid)
        assert family_of(pid)() is None
        assert own_family(pid)() is False


def test_the_root_of_a_family_counts() -> None:
    """The slot passes on what the judge asks: while it hasn't had a processor for that, nothing is at rest."""
    program = f"import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', {WAITS!r}])\nwhile True: pass"
    with running(program) as pid:
        for child in descendants(pid, 10):
            assert at_rest(child)
        assert family_of(pid)() is True


def test_the_thread_that_looks_does_not_count() -> None:
    """It runs, or nobody could look; another thread counts. In a process in which no thread has just ended."""
    seen = subprocess.run([sys.executable, "-c", LOOKS], stdout=subprocess.PIPE, text=True, check=True).stdout
    assert seen.split() == ["True", "False", "True"]
