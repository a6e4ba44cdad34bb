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
_LINES = 50
_ATTEMPTS = 20
_ATTEMPT_SECONDS = 0.05
_PACKAGE = __name__.rpartition(".")[0]

_insisted: set[int] = set()
"""Identifiers of the threads in which `insist` has been called."""


def run_to_the_end(function: Callable[[], T]) -> T:
    """Call `function`; what `insist` does ends with this call."""
    try:
        return function()
    finally:
        ident = _thread.get_ident()
        if ident in _insisted:
            sys.settrace(None)
            sys.setprofile(None)
            _insisted.discard(ident)


def insist(times: int) -> None:
    """Raise `SimulationStopped` in the calling thread once more, some lines later, and then at every line.

    ``while True: try: sleep(1) except: pass`` would go on for ever. Another exception that strikes in the ``except``
    block, which no longer belongs to the ``try``, gets out of it, and the next ones out of whatever is around it.

    Args:
        times: how often the thread has been stopped already. The first few times nothing is done; after that it begins
            one line later each time, until that is a line from which there is a way out.
    """
    if times <= _PATIENCE:
        return
    lines = (times - _PATIENCE - 1) % _LINES + 1
    _insisted.add(_thread.get_ident())

    def trace(frame: FrameType, event: str, _: Any) -> Any:  # noqa: ANN401 - as sys.settrace wants it
        nonlocal lines
        module = str(frame.f_globals.get("__name__", ""))
        # A thread's own bookkeeping is left to finish.
        if event == "line" and module != "threading" and not module.startswith(_PACKAGE):
            lines -= 1
            if lines <= 0:
                raise SimulationStopped
        return trace

    def profile(frame: FrameType, event: str, _: object) -> None:
        # What a trace function raises is the last that it is called for, so it is set anew.
        if event == "return" and lines <= 0:
            _set_trace(frame, trace)

    _set_trace(sys._getframe(1), trace)
    sys.setprofile(profile)


def _set_trace(frame: FrameType | None, trace: Callable[[FrameType, str, Any], Any]) -> None:
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
    raised = ctypes.py_object(SimulationStopped)
    for _ in range(_ATTEMPTS):
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(ident), raised)
        if until.acquire(timeout=_ATTEMPT_SECONDS):
            return True
    return False
