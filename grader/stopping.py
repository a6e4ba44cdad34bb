"""Ctrl-C, and other signals that ask this process to stop: each at a moment at which it can do no harm.

A handler that raises strikes between any two bytecodes of the main thread: also where a lock has just been taken, which
then nobody gives back, or where a report has been made and isn't written yet. So while verdicts are being made, such a
signal is only noted. Whoever waits is woken, and heeds it where nothing is half done.
"""

from __future__ import annotations

import contextlib
import signal
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_OTHERS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))
_ALL = (signal.SIGINT, *_OTHERS)


class StopRequest(KeyboardInterrupt):
    """This process was asked to stop."""


class _Requests:
    """What has asked this process to stop: signals are one for all of it.

    Attributes:
        first: the signal that came first; 0 if none did.
        pending: whether one came that nobody has heeded.
        holds: who holds signals back.
        handlers: what they interrupted with before.
    """

    def __init__(self) -> None:
        self.first = 0
        self.pending = False
        self.holds: list[Hold] = []
        self.handlers: dict[int, Any] = {}

    def forget(self) -> None:
        self.first, self.pending = 0, False

    def note(self, number: int, _frame: object) -> None:
        if not self.first:
            self.first, self.pending = number, True
        for hold in self.holds:
            hold.wake()

    def stop(self, number: int, _frame: object) -> None:
        self.first = self.first or number
        raise StopRequest


_requests = _Requests()


class Hold:
    """Holds signals back from the main thread until it is released; several may do so at a time.

    What is asked for while they are held back is asked for once: whoever presses Ctrl-C again changes nothing.
    """

    def __init__(self, wake: Callable[[], None] = lambda: None) -> None:
        """Begin.

        Args:
            wake: called when a signal comes, between any two bytecodes of the main thread: it must not wait.
        """
        self.wake = wake
        if not _is_main():
            return
        if not _requests.holds:
            _requests.forget()
            found = {number: signal.getsignal(number) for number in _ALL}
            # One that is ignored stays so, and one that ends the process at once does.
            _requests.handlers = {number: handler for number, handler in found.items() if callable(handler)}
        _requests.holds.append(self)
        for number in _requests.handlers:
            signal.signal(number, _requests.note)

    def release(self) -> None:
        """End it, unless that has been done already.

        Raises:
            StopRequest: it was the last one, and a signal came that nobody has heeded.
        """
        if self not in _requests.holds or not _is_main():
            return
        if len(_requests.holds) == 1:
            for number, handler in _requests.handlers.items():
                signal.signal(number, handler)
        _requests.holds.remove(self)
        if not _requests.holds:
            heed()


@contextlib.contextmanager
def held_back() -> Iterator[None]:
    """Hold signals back while the block lasts; at its end, one that nobody has heeded interrupts."""
    hold = Hold()
    try:
        yield
    finally:
        hold.release()


@contextlib.contextmanager
def listening() -> Iterator[None]:
    """Let a request to end, and a terminal that is closed, interrupt what runs as Ctrl-C does.

    A signal that is ignored stays so: `nohup` wants it that way.
    """
    _requests.forget()
    numbers = [number for number in _OTHERS if _is_main() and signal.getsignal(number) == signal.SIG_DFL]
    for number in numbers:
        signal.signal(number, _requests.stop)
    try:
        yield
    finally:
        for number in numbers:
            signal.signal(number, signal.SIG_DFL)


def heed() -> None:
    """Stop, if that was asked for while it was held back.

    Raises:
        StopRequest: it was.
    """
    if _requests.pending and _is_main():
        _requests.pending = False
        raise StopRequest


def asked_by() -> int:
    """Return the signal that asked this process to stop; 0 if it isn't known, or none did."""
    return _requests.first


def _is_main() -> bool:
    return threading.current_thread() is threading.main_thread()
