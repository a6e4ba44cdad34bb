"""What a run finds is the same each time, and what it changes in the interpreter is put back."""

from __future__ import annotations

import asyncio
import concurrent.futures._base
import concurrent.futures.thread
import gc
import logging
import random
import signal
import socket
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from grader.simulation import _scheduler
from grader.simulation._errors import SimulationStopped
from grader.simulation._locks import SimulatedLock, SimulatedRLock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.simulation._patching import Patches

_NO_COLLECTION = 1_000_000
"""Objects made, less objects freed, before the collector runs: more than any simulated program should need.

When it runs depends on what the process did before. Objects in cycles that do something when they go would do it at
another instant in every run.
"""

_SEED = 0

_SIGNALS = tuple(map(int, signal.Signals))

_getsignal: Any = vars(signal)["_signal"].getsignal
"""Makes no member of an enumeration of each answer: all signals are asked about in each simulation."""

_LOGGERS = (logging.getLogger("concurrent.futures"), logging.getLogger("asyncio"))


def install(patches: Patches) -> None:
    """Replace locks that the standard library made at its import, and what would report the end of a simulation."""
    # Whoever parks while it holds one of these would make the next one wait for real, and for ever.
    patches.set(concurrent.futures.thread, "_global_shutdown_lock", SimulatedLock())
    patches.set(logging, "_lock", SimulatedRLock())
    for reference in list(vars(logging)["_handlerList"]):
        handler = reference()
        if handler is not None and vars(handler).get("lock") is not None:
            patches.set(handler, "lock", SimulatedRLock())
    patches.set(asyncio.events, "_event_loop_policy", None)
    for logger in _LOGGERS:
        patches.set(logger, "filters", [*logger.filters, _is_worth_logging])
    hook = sys.unraisablehook

    def unraisable(args: Any) -> None:  # noqa: ANN401 - of a type that is only known to type checkers
        if not issubclass(args.exc_type, SimulationStopped):
            hook(args)

    patches.set(sys, "unraisablehook", unraisable)


@contextmanager
def isolated() -> Iterator[None]:
    """Give one run the same beginning as every other, and put back what it may leave changed."""
    thresholds = gc.get_threshold()
    state = random.getstate()
    time_out = socket.getdefaulttimeout()
    loop = asyncio._get_running_loop()
    trace, profile = sys.gettrace(), sys.getprofile()
    waiting = set(vars(threading)["_limbo"])
    try:
        gc.set_threshold(_NO_COLLECTION, *thresholds[1:])
        random.seed(_SEED)
        socket.setdefaulttimeout(None)
        asyncio._set_running_loop(None)
        vars(asyncio.events)["_event_loop_policy"] = None
        yield
    finally:
        if sys.gettrace() is not trace:
            sys.settrace(trace)
        # A profiler written in C is no function that could be set.
        if sys.getprofile() is not profile and callable(profile):
            sys.setprofile(profile)
        asyncio._set_running_loop(loop)
        socket.setdefaulttimeout(time_out)
        random.setstate(state)
        gc.set_threshold(*thresholds)
        for thread in set(vars(threading)["_limbo"]) - waiting:
            vars(threading)["_limbo"].pop(thread, None)


class Signals:
    """The signal handlers of the process, to be put back if a program or its event loop could not do so itself."""

    def __init__(self) -> None:
        # Only this thread may set any.
        self._mine = threading.current_thread() is threading.main_thread()
        self._handlers = {number: _getsignal(number) for number in _SIGNALS} if self._mine else {}
        self._wakeup = signal.set_wakeup_fd(-1) if self._mine else -1

    def restore(self) -> None:
        """Put them back; an interruption has to wait until it is done."""
        try:
            self._restore()
        except BaseException:
            self._restore()
            raise

    def _restore(self) -> None:
        for number, handler in self._handlers.items():
            # What wasn't set from Python can't be set from Python either.
            if handler is not None and _getsignal(number) is not handler:
                signal.signal(number, handler)
        if self._mine:
            signal.set_wakeup_fd(self._wakeup)


def _is_worth_logging(record: logging.LogRecord) -> bool:
    """Tell whether a message is about the program, not about the end of its simulation."""
    scheduler = _scheduler.active()
    if scheduler is not None and scheduler.stopping:
        return False
    return not (record.exc_info and record.exc_info[0] is SimulationStopped)
