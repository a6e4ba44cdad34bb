"""Tests of what comes from outside: Ctrl-C, alarms, time-outs of tests."""

# mypy: disable-error-code="func-returns-value"
# A lambda does several things by way of a tuple.

from __future__ import annotations

import os
import select
import signal
import socket
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from grader.simulation import Environment, simulate, whereabouts
from grader.tests.simulation.bench import value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

pytestmark = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs timers that send signals")

SOON = 0.05
"""Seconds from `ring_soon` to the signal."""

REAL: list[Callable[..., object]] = [time.sleep, select.select, signal.setitimer]
"""The real ones, where a simulation doesn't find them."""


class TimeIsUpError(BaseException):
    """What a watchdog raises, such as that of a test runner: not an `Exception`."""


def compute_for_ever() -> None:
    """Hold the baton."""
    while True:
        pass


def block_for_real() -> None:
    """Hold the baton in a call that the simulation doesn't know."""
    REAL[0](0.3)


def ring_soon() -> None:
    """Have a signal sent, once the caller has got to where it shall find it."""
    REAL[2](signal.ITIMER_REAL, SOON)


@contextmanager
def alarms(error: type[BaseException] | None, *, every: float = 0) -> Iterator[list[object]]:
    """Raise something from a signal handler when it rings; give what it saw.

    It rings after `ring_soon`, or by itself, again and again.
    """

    def on_signal(*_: object) -> None:
        seen.append(whereabouts())
        if error is not None:
            raise error

    seen: list[object] = []
    before = signal.signal(signal.SIGALRM, on_signal)
    signal.setitimer(signal.ITIMER_REAL, every, every)
    try:
        yield seen
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def all_end(before: set[threading.Thread]) -> bool:
    """Tell whether all threads that were not there before come to their end soon."""
    for thread in set(threading.enumerate()) - before:
        thread.join(20)
    return set(threading.enumerate()) <= before


@pytest.mark.parametrize("error", [KeyboardInterrupt, TimeIsUpError])
@pytest.mark.parametrize("what", [compute_for_ever, block_for_real])
@pytest.mark.parametrize("place", ["first thread", "other thread", "pool"])
def test_an_interruption_gets_out(error: type[BaseException], what: Callable[[], None], place: str) -> None:
    """Whoever holds the baton, computing or blocked for real, what the handler raised comes out, all put back."""
    before, sleep = set(threading.enumerate()), time.sleep

    def use() -> None:
        if place == "first thread":
            work()
        elif place == "pool":
            from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - a pool of the simulation's

            with ThreadPoolExecutor() as pool:
                pool.submit(work).result()
        else:
            thread = threading.Thread(target=work)
            thread.start()
            thread.join()

    def work() -> None:
        ring_soon()
        what()
        compute_for_ever()

    with pytest.raises(error), alarms(error):
        simulate(use)
    assert time.sleep is sleep
    assert all_end(before)
    assert value(lambda: (time.sleep(3), time.monotonic())[1]) == 1003.0


def test_an_interruption_that_the_program_swallows_gets_out_nevertheless() -> None:
    """While another thread runs, the first one can't make the interruption disappear."""

    def use() -> str:
        thread = threading.Thread(target=lambda: (ring_soon(), compute_for_ever()))
        thread.start()
        try:
            thread.join()
        except BaseException:  # noqa: S110 - as programs do
            pass
        return "swallowed"

    with pytest.raises(KeyboardInterrupt), alarms(KeyboardInterrupt):
        simulate(use)


def test_an_interruption_of_the_last_steps_gets_out() -> None:
    """A left-over thread that computes when the function has returned can be interrupted, too."""
    before = set(threading.enumerate())

    def use() -> None:
        gate = threading.Lock()
        gate.acquire()
        threading.Thread(target=lambda: (gate.acquire(), ring_soon(), compute_for_ever())).start()
        gate.release()

    with pytest.raises(KeyboardInterrupt), alarms(KeyboardInterrupt):
        simulate(use)
    assert all_end(before)


def test_a_handler_that_raises_nothing_changes_nothing() -> None:
    """A signal handler may run in the middle of it all, whoever holds the baton, without any effect."""

    def use() -> float:
        threads = [threading.Thread(target=lambda: [time.sleep(0.001) for _ in range(50)]) for _ in range(4)]
        for thread in threads:
            thread.start()
        for _ in range(3):
            REAL[0](0.1)
        for thread in threads:
            thread.join()
        return time.monotonic()

    with alarms(None, every=SOON) as seen:
        assert value(use) == pytest.approx(1000.05)
    assert seen


def test_an_interruption_of_an_event_loop() -> None:
    """Ctrl-C while a coroutine computes comes out as it does of a real loop."""
    import asyncio  # noqa: PLC0415 - for this test only

    async def main() -> None:
        ring_soon()
        compute_for_ever()

    with pytest.raises(KeyboardInterrupt), alarms(KeyboardInterrupt):
        simulate(lambda: asyncio.run(main()))


def test_ctrl_c_is_handled_by_the_loops_own_handler() -> None:
    """A SIGINT cancels the main task of `asyncio.run`, and becomes `KeyboardInterrupt` at the end."""
    import asyncio  # noqa: PLC0415 - for this test only

    seen: list[str] = []

    async def main() -> None:
        try:
            os.kill(os.getpid(), signal.SIGINT)
            await asyncio.sleep(5)
        except asyncio.CancelledError:
            seen.append("cancelled")
            raise

    with pytest.raises(KeyboardInterrupt):
        simulate(lambda: asyncio.run(main()))
    assert seen == ["cancelled"]


def test_what_programs_raise_themselves_is_their_result() -> None:
    """Exceptions of every kind that a program may well raise are returned, not raised."""

    def leave() -> NoReturn:
        raise SystemExit(3)

    def group() -> NoReturn:
        message = "several"
        raise BaseExceptionGroup(message, [GeneratorExit()])

    for function in (leave, group):
        assert simulate(function).error is not None


def test_an_interrupted_system_call_goes_on() -> None:
    """A real call that is interrupted by a signal without an exception is simply continued."""
    with alarms(None, every=SOON) as seen:
        assert value(lambda: REAL[1]([], [], [], 0.2)) == ([], [], [])
    assert seen


@pytest.mark.parametrize("part", ["_patches", "_signals"])
def test_an_interruption_of_leaving_leaves_nothing_that_seems_to_go_on(
    part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A handler that raises again while all is put back keeps no further simulation from running."""
    environment = Environment()
    with environment:
        parts = vars(environment)[part]
        name = "undo" if part == "_patches" else "restore"
        real = getattr(parts, name)

        def interrupted() -> None:
            real()
            raise KeyboardInterrupt

        monkeypatch.setattr(parts, name, interrupted)
        with pytest.raises(KeyboardInterrupt):
            environment.__exit__()
        monkeypatch.undo()
        assert value(lambda: (time.sleep(3), time.monotonic())[1]) == 1003.0
        environment.__enter__()


def test_an_interruption_while_a_socket_is_made_leaves_nothing_behind() -> None:
    """Wherever a socket's making is interrupted, what there is of it goes without a word and without a descriptor."""
    makes = socket.socket
    lines = 0

    def stop_at(line: int) -> Callable[[FrameType, str, Any], Any]:
        def trace(frame: FrameType, event: str, _argument: Any) -> Any:  # noqa: ANN401 - of all kinds
            nonlocal lines
            if frame.f_code.co_name != "__init__" or "_sockets" not in frame.f_code.co_filename:
                return trace if event == "call" else None
            if event == "line":
                lines += 1
                if lines == line:
                    raise TimeIsUpError
            return trace

        return trace

    def use(line: int) -> bool:
        nonlocal lines
        lines = 0
        sys.settrace(stop_at(line))
        try:
            socket.socket().close()
        except TimeIsUpError:
            return True
        finally:
            sys.settrace(None)
        return False

    def descriptors() -> set[Path]:
        return set(Path("/dev/fd").iterdir())

    before, line = descriptors(), 1
    while value(lambda line=line: use(line)):  # type: ignore[misc]  # mypy doesn't infer a default's type
        line += 1
    assert socket.socket is makes
    assert line > 10
    assert descriptors() <= before
