"""Getting `SimulationStopped` out of code that catches everything and goes on."""

from __future__ import annotations

import _thread
import ctypes
import sys
from typing import TYPE_CHECKING, Any, TypeVar

from grader.simulation._errors import SimulationStopped

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

T = TypeVar("T")

_PATIENCE = 10
_LINES = 100
_ATTEMPTS = 40
_ATTEMPT_SECONDS = 0.05
_PACKAGE = __name__.rpartition(".")[0]


def run_to_the_end(function: Callable[[], T]) -> T:
    """Call `function`; what `raise_later` does stays below this frame."""
    return function()


def raise_later(times: int) -> None:
    """Raise `SimulationStopped` in the calling thread once more, some lines after it has caught this one.

    ``while True: try: sleep(1) except: pass`` would go on for ever. A second exception that strikes in the ``except``
    block, which no longer belongs to the ``try``, gets out of it. Where several such blocks lie around one another,
    some later line does it, so each time it strikes one line later.

    Args:
        times: how often the thread has been stopped already; the first few times nothing is done.
    """
    if times <= _PATIENCE:
        return
    lines = (times - _PATIENCE - 1) % _LINES + 1

    def trace(frame: FrameType, event: str, _: Any) -> Any:  # noqa: ANN401 - as sys.settrace wants it
        nonlocal lines
        module = str(frame.f_globals.get("__name__", ""))
        # A thread's own bookkeeping is left to finish.
        if event == "line" and module != "threading" and not module.startswith(_PACKAGE):
            lines -= 1
            if lines <= 0:
                sys.settrace(None)
                raise SimulationStopped
        return trace

    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code is not run_to_the_end.__code__:
        frame.f_trace = trace
        frame = frame.f_back
    sys.settrace(trace)


def raise_in(ident: int, *, until: _thread.LockType) -> bool:
    """Raise `SimulationStopped` in another thread again and again until it gives back a lock.

    Args:
        ident: the thread.
        until: the lock that the calling thread waits for.

    Returns:
        False if the thread didn't: it catches everything, or is blocked for real.
    """
    for _ in range(_ATTEMPTS):
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(ident), ctypes.py_object(SimulationStopped))
        if until.acquire(timeout=_ATTEMPT_SECONDS):
            return True
    return False
