"""Signals that ask the process to stop: held back, noted once, heeded where nothing is half done."""

from __future__ import annotations

import os
import signal

import pytest

from grader.stopping import Hold, StopRequest, asked_by, heed, held_back, listening


def ask(number: int) -> None:
    """Send a signal to this process."""
    os.kill(os.getpid(), number)


def test_a_signal_is_held_back_until_it_is_heeded() -> None:
    """Ctrl-C changes nothing by itself, wakes whoever waits, and is raised where it is heeded, once."""
    woken = []
    hold = Hold(lambda: woken.append(True))
    ask(signal.SIGINT)
    ask(signal.SIGINT)
    assert len(woken) == 2
    with pytest.raises(StopRequest):
        heed()
    heed()
    hold.release()
    assert asked_by() == signal.SIGINT


def test_a_signal_that_nobody_heeds_interrupts_at_the_end() -> None:
    """It is neither lost nor raised before: the block comes to its end."""
    steps = []

    def block() -> None:
        with held_back():
            ask(signal.SIGINT)
            steps.append("done")

    with pytest.raises(StopRequest):
        block()
    assert steps == ["done"]


def test_the_last_hold_lets_go() -> None:
    """As long as anybody holds signals back nothing is interrupted; releasing twice changes nothing."""
    outer, inner = Hold(), Hold()
    inner.release()
    inner.release()
    ask(signal.SIGINT)
    with pytest.raises(StopRequest):
        outer.release()
    outer.release()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_request_to_end_is_as_ctrl_c(number: int) -> None:
    """While somebody listens it interrupts, and its number is known; afterwards it does what it did before."""
    with pytest.raises(StopRequest), listening():
        ask(number)
    assert asked_by() == number
    assert signal.getsignal(number) == signal.SIG_DFL


def test_a_signal_that_is_ignored_stays_so() -> None:
    """`nohup` wants it that way."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with listening(), held_back():
            ask(signal.SIGHUP)
            heed()
    finally:
        signal.signal(signal.SIGHUP, before)
    assert asked_by() == 0


def test_what_was_asked_earlier_is_forgotten() -> None:
    """Whoever holds signals back anew isn't stopped by one of an earlier time."""
    with pytest.raises(StopRequest), listening():
        ask(signal.SIGTERM)
    hold = Hold()
    heed()
    hold.release()
    assert asked_by() == 0
