"""Telling what ends a run from outside, such as Ctrl-C or a test's time-out, from what a submission raises itself.

A submission may raise `KeyboardInterrupt`, or any other `BaseException`; that is its result, and no reason for the
grader to stop. What comes from outside comes out of a signal's handler.
"""

from __future__ import annotations

import signal
import threading
import traceback
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from grader.simulation import diagnose

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.simulation import Site

_raw: Any = vars(signal)["_signal"]
"""Makes no members of enumerations, which would take longer than all the rest here."""

# Read as the interpreter keeps it: a submission's class may have a property of that name.
_TRACEBACK: Any = vars(BaseException)["__traceback__"]
_SIGNALS = tuple(
    int(getattr(signal, name)) for name in ("SIGINT", "SIGALRM", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)


@dataclass
class Interruption:
    """What came from outside while a run lasted.

    Attributes:
        struck: whether anything did.
        site: the submission's line that was running then, if one was.
    """

    struck: bool = False
    site: Site | None = None

    def ends(self, error: BaseException) -> bool:
        """Tell whether `error` is a time-out that ends a submission which goes on for ever."""
        return self.struck and not isinstance(error, (Exception, KeyboardInterrupt))


@contextmanager
def interruptible() -> Iterator[Interruption]:
    """Note what the handlers of Ctrl-C, of its like and of the alarm clock interrupt while the block lasts."""
    interruption = Interruption()
    handlers: dict[int, Any] = {}
    if threading.current_thread() is threading.main_thread():
        found = {number: _raw.getsignal(number) for number in _SIGNALS}
        handlers = {number: handler for number, handler in found.items() if callable(handler)}
    try:
        for number, handler in handlers.items():
            _raw.signal(number, _Noting(interruption, handler))
        yield interruption
    finally:
        for number, handler in handlers.items():
            _raw.signal(number, handler)


def from_outside(error: BaseException) -> bool:
    """Tell whether an exception came out of a handler, while `interruptible` noted it."""
    code = _Noting.__call__.__code__
    return any(frame.f_code is code for frame, _ in traceback.walk_tb(_TRACEBACK.__get__(error)))


class _Noting:
    """A signal's handler, with a note of where it struck."""

    def __init__(self, interruption: Interruption, handler: Any) -> None:  # noqa: ANN401 - any callable
        self._interruption = interruption
        self._handler = handler

    def __call__(self, number: int, frame: Any) -> None:  # noqa: ANN401 - as signal handlers are called
        """Note it, and go on with the handler."""
        if not self._interruption.struck:
            self._interruption.site = diagnose()
            self._interruption.struck = True
        self._handler(number, frame)
