"""Starting, joining and asking after threads, under the scheduler's control."""

from __future__ import annotations

import _thread
import ctypes
import sys
import threading
import traceback
from contextlib import contextmanager, suppress
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from grader.simulation import _scheduler
from grader.simulation._clock import nanoseconds
from grader.simulation._errors import SimulationStopped
from grader.simulation._insisting import run_to_the_end
from grader.simulation._states import SimulatedThread, Waiting
from grader.simulation._trace import Site, shown_as

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grader.simulation._patching import Patches
    from grader.simulation._scheduler import Scheduler

_real_start = _thread.start_new_thread
_real_start_joinable = getattr(_thread, "start_joinable_thread", None)
_real_join = threading.Thread.join
_real_is_alive = threading.Thread.is_alive
_real_excepthook = threading.__excepthook__
_real_make_invoke: Callable[[], Callable[[threading.Thread], None]] = vars(threading)["_make_invoke_excepthook"]

_ATTRIBUTE = "_simulated_thread"

on_start: list[Callable[[threading.Thread | None], None]] = []
"""Called in each new simulated thread before its function, with its `Thread` if it has one; schedule exploration hooks
in here."""

_thread_state_dict = ctypes.pythonapi.PyThreadState_GetDict
_thread_state_dict.restype = ctypes.c_void_p


def install(patches: Patches) -> None:
    """Replace what `threading` and `_thread` start, join and report threads with."""
    patches.set(threading, "_start_new_thread", _start)
    patches.set(_thread, "start_joinable_thread", _start_joinable)
    patches.set(threading, "_start_joinable_thread", _start_joinable)
    patches.set(threading.Thread, "join", join)
    patches.set(threading.Thread, "is_alive", is_alive)
    patches.set(threading, "excepthook", _excepthook)
    patches.set(threading, "_make_invoke_excepthook", _make_invoke)


def simulated(thread: threading.Thread) -> SimulatedThread | None:
    """Return the scheduler's record of a thread that was started inside the simulation, as long as it belongs to it."""
    record: SimulatedThread | None = thread.__dict__.get(_ATTRIBUTE)
    return None if record is None or record.abandoned else record


def join(self: threading.Thread, timeout: float | None = None) -> None:
    """Stand in for `threading.Thread.join`: wait in virtual time, then for the real thread to be gone."""
    scheduler = _scheduler.active()
    record = simulated(self)
    if scheduler is None or record is None or record is scheduler.running:
        _real_join(self, timeout)
        return
    if not record.done:
        me = scheduler.running
        limit = None if timeout is None else nanoseconds(timeout)
        record.joiners.append(me)
        try:
            ended = scheduler.park(Waiting("join", detail=record.name), limit)
        finally:
            if me in record.joiners:
                record.joiners.remove(me)
        if not ended:
            return
    _real_join(self)


def is_alive(self: threading.Thread) -> bool:
    """Stand in for `threading.Thread.is_alive`, which for a moment would still see a thread that has just ended."""
    record = simulated(self)
    if record is not None and record.done:
        _real_join(self)
        return False
    scheduler = _scheduler.active()
    if scheduler is not None:
        scheduler.spin()
    return record is not None or _real_is_alive(self)


def disown(records: list[SimulatedThread]) -> None:
    """Take threads that can't be stopped off the list of those that the interpreter waits for at its end."""
    locks = vars(threading).get("_shutdown_locks")  # until Python 3.12; see `_start_joinable` for later ones
    idents = {record.ident for record in records}
    for thread in threading.enumerate():
        if locks is not None and thread.ident in idents:
            locks.discard(vars(thread).get("_tstate_lock"))


shown_as("Thread.join", join)
shown_as("Thread.is_alive", is_alive)


def _start(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any] | None = None, /) -> int:
    scheduler = _scheduler.active()
    if scheduler is None or not _startable(function, args, kwargs):
        return _real_start(function, args, *(() if kwargs is None else (kwargs,)))
    body = _Body(scheduler, function, args, kwargs or {}, daemon=True)
    with body.unless_it_fails():
        ident = _real_start(body.run, ())
    body.started(ident)
    return ident


def _start_joinable(function: Callable[[], object], handle: Any = None, daemon: bool = True) -> Any:  # noqa: ANN401, FBT001, FBT002 - the real signature
    assert _real_start_joinable is not None  # noqa: S101 - it stands in for it
    scheduler = _scheduler.active()
    if scheduler is None or not callable(function):
        return _real_start_joinable(function, handle=handle, daemon=daemon)
    body = _Body(scheduler, function, (), {}, daemon=daemon)
    with body.unless_it_fails():
        # None outlives the simulation but one that can't be stopped. The interpreter's end mustn't wait for that.
        handle = _real_start_joinable(body.run, handle=handle, daemon=True)
    body.started(handle.ident)
    return handle


def _startable(function: object, args: object, kwargs: object) -> bool:
    """Tell whether the real function would accept the arguments; it raises the right error otherwise."""
    return callable(function) and isinstance(args, tuple) and (kwargs is None or isinstance(kwargs, dict))


# Started directly, without `threading`: by the name that other modules hold, wherever they hold it.
REPLACEMENTS: dict[Any, Any] = {_real_start: _start}


class _Body:
    """What a simulated thread runs: its function, between its first turn and its last."""

    def __init__(
        self,
        scheduler: Scheduler,
        function: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        *,
        daemon: bool,
    ) -> None:
        self._scheduler = scheduler
        self._function: Callable[..., Any] | None = function
        self._args = args
        self._kwargs = kwargs
        owner = getattr(function, "__self__", None)
        thread = self._thread = owner if isinstance(owner, threading.Thread) else None
        name = getattr(function, "__name__", "thread") if thread is None else _name_of(thread)
        self._record = scheduler.begin(name, daemon=daemon if thread is None else thread.daemon)
        if thread is not None:
            thread.__dict__[_ATTRIBUTE] = self._record
        scheduler.record("thread_start", scheduler.trace.caller(), name=name, started=self._record.number)

    @contextmanager
    def unless_it_fails(self) -> Iterator[None]:
        """Forget the thread again if the operating system refuses to start it."""
        try:
            yield
        except BaseException:
            self._scheduler.cancel(self._record)
            raise

    def started(self, ident: int) -> None:
        """Let `Thread.start` return at once if the scheduler wants it so, before the new thread has run at all."""
        if self._thread is not None and not self._scheduler.start_waits:
            vars(self._thread)["_ident"] = ident
            vars(self._thread)["_started"].set()

    def run(self) -> None:
        """Wait for the first turn, run the function, and clean up before the next thread has its turn."""
        try:
            if self._scheduler.enter(self._record):
                for hook in on_start:
                    hook(self._thread)
                run_to_the_end(self._call)
            elif self._thread is not None:
                vars(threading)["_limbo"].pop(self._thread, None)
        except SimulationStopped:
            pass
        finally:
            sys.settrace(None)
            join = None if self._thread is None else vars(self._thread).get("_handle")
            self._forget()
            self._scheduler.record("thread_end", None, name=self._record.name)
            self._scheduler.finish(self._record, join.join if join is not None else None)

    def _call(self) -> None:
        function = self._function
        assert function is not None  # noqa: S101 - it is called once
        try:
            function(*self._args, **self._kwargs)
        except (SystemExit, SimulationStopped):
            pass
        except BaseException as error:  # noqa: BLE001 - the interpreter reports whatever it is, and so does this
            # As the interpreter does for a thread that `threading` doesn't know, but before the next one runs.
            _record_error(self._scheduler, error)
            message = "Exception ignored in thread started by"
            report: Any = sys.unraisablehook
            report(
                SimpleNamespace(
                    exc_type=type(error),
                    exc_value=error,
                    exc_traceback=error.__traceback__,
                    err_msg=message,
                    object=function,
                )
            )

    def _forget(self) -> None:
        """Let go of everything that the thread alone held, as far as it can be had.

        The interpreter would do it after the next thread has been let in, and objects that do something when they
        go, such as sockets, would do it at the same time as that one runs. From Python 3.13 on thread-local objects
        can't be had; there the next thread waits, see `Scheduler.finish`.
        """
        if self._thread is not None:
            self._record.name = _name_of(self._thread)
        self._thread = None
        self._function = None
        self._args = ()
        self._kwargs = {}
        with suppress(SimulationStopped):
            locals_of_this_thread = ctypes.cast(_thread_state_dict(), ctypes.py_object).value
            locals_of_this_thread.clear()


def _name_of(thread: threading.Thread) -> str:
    return str(thread.__dict__.get("_name", "thread"))


def _make_invoke() -> Callable[[threading.Thread], None]:
    """Make what a `threading.Thread` calls when its `run` has raised, whatever `threading.excepthook` is by then."""
    invoke = _real_make_invoke()

    def invoke_excepthook(thread: threading.Thread) -> None:
        error = sys.exc_info()[1]
        scheduler = _scheduler.active()
        if isinstance(error, SimulationStopped):
            return
        if scheduler is not None and error is not None:
            # Errors that the end of a simulation causes are nobody's.
            if scheduler.stopping:
                return
            _record_error(scheduler, error)
        del error
        invoke(thread)

    return invoke_excepthook


def _record_error(scheduler: Scheduler, error: BaseException) -> None:
    if isinstance(error, SystemExit):
        return
    site = None
    for frame, line in traceback.walk_tb(error.__traceback__):
        if frame.f_code.co_filename in scheduler.trace.watch:
            site = Site(frame.f_code.co_filename, line, frame.f_code.co_qualname)
    scheduler.record("thread_error", site, error=type(error).__name__)


def _excepthook(args: threading.ExceptHookArgs) -> None:
    """Print the error of a thread, as a program does that has set no hook of its own."""
    if args.exc_type is not SimulationStopped:
        _real_excepthook(args)
