"""Performing a scenario with real child processes, outside of any simulation."""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import multiprocessing.process
import multiprocessing.queues
import os
import signal
import sys
import threading
import time
from contextlib import ExitStack
from importlib.machinery import ModuleSpec
from typing import TYPE_CHECKING, Any, TypeVar

from grader.lab.proc import children, descendants
from grader.lab.processes import child, messenger
from grader.lab.processes.messenger import Messenger
from grader.simulation import Leftover, Run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from types import FrameType

T = TypeVar("T")

SIGNAL = getattr(signal, "SIGURG", None)
"""Asks the process that calls where it waits. Who doesn't listen isn't disturbed by it."""

_CROWD = 1_000
_NAME_LIMIT = 100
_WAY_OUT = 1.0
"""How many real seconds threads have to end when the call is over; less than what looks like a standstill."""

_LOOK_SECONDS = 0.005


def ask_main_thread(_wish: str) -> None:
    """Ask the main thread of this process where it waits; it learns in reply whether it has to stop."""
    if SIGNAL is not None:
        signal.pthread_kill(threading.main_thread().ident or 0, SIGNAL)


class StoppedError(BaseException):
    """The judge has found that the call can't come to an end."""


class Reality:
    """One run of a scenario with processes, as seen by the process that calls the student's function.

    Attributes:
        messenger: the way to the judge.
    """

    def __init__(self, request: dict[str, Any], routes: list[dict[str, Any]], module: str, file: Path) -> None:
        """Prepare a run.

        Args:
            request: `grader.lab.scenario.Cast.request`, with the address at which the judge listens.
            routes: the requests that the mock API serves.
            module: dotted name of the submission.
            file: its file.
        """
        processes = request["processes"]
        self._method: str | None = processes["method"]
        self._watch = str(file)
        self.messenger = Messenger(processes["address"], os.getpid(), processes["deadly"])
        self._told = {
            "address": processes["address"],
            "caller": os.getpid(),
            "deadly": processes["deadly"],
            "routes": routes,
            "module": module,
            "file": str(file),
        }

    def run(self, function: Callable[[], T]) -> Run[T]:
        """Call a function, which starts processes; tell what it leaves behind, and end that."""
        with ExitStack() as stack:
            for part in (self._known(), self._asked(), _start_method(self._method), _main_module()):
                stack.enter_context(part)
            self.messenger.tell({"do": "hello"})
            before = _Before()
            stack.callback(before.end_others)
            value = function()
            # A pool that has lost a process ends the others itself, in a thread of its own, when the call is over.
            return Run(value, None, None, 0, [], 0, tuple(before.leftovers(_WAY_OUT if self._told["deadly"] else 0)))
        raise AssertionError  # no part swallows an error

    @contextlib.contextmanager
    def _known(self) -> Iterator[None]:
        """Let this process and all that come from it know where the judge listens."""
        messenger.install(self.messenger)
        os.environ[child.VARIABLE] = json.dumps(self._told)
        try:
            yield
        finally:
            os.environ.pop(child.VARIABLE, None)
            messenger.install(None)

    @contextlib.contextmanager
    def _asked(self) -> Iterator[None]:
        """Tell the judge where the caller waits, whenever it asks."""
        if SIGNAL is None or threading.current_thread() is not threading.main_thread():
            yield
            return
        caller = os.getpid()
        stopped: list[bool] = []

        def on_signal(_number: int, frame: FrameType | None) -> None:
            if os.getpid() != caller:
                return
            line, name, call = _place(frame, self._watch)
            reply = self.messenger.tell({"do": "place", "line": line, "text": name, "call": call})
            if reply.get("stop"):
                if stopped:
                    # On the way out it waits again. At first it gets the chance to end its processes itself: a pool
                    # whose processes are killed can't be shut down any more.
                    _kill(descendants(caller, _CROWD))
                stopped.append(True)
                raise StoppedError

        before = signal.signal(SIGNAL, on_signal)
        try:
            yield
        finally:
            signal.signal(SIGNAL, before)


def _place(frame: FrameType | None, watch: str) -> tuple[int, str, str]:
    """Return the innermost line of the submission, its function, and the function that it called."""
    call = ""
    while frame is not None:
        if frame.f_code.co_filename == watch:
            return frame.f_lineno, frame.f_code.co_qualname[:_NAME_LIMIT], call
        call = frame.f_code.co_name[:_NAME_LIMIT]
        frame = frame.f_back
    return 0, "", ""


@contextlib.contextmanager
def _start_method(method: str | None) -> Iterator[None]:
    """Make a start method the default, which a program may still choose for itself."""
    contexts: Any = multiprocessing.context._default_context  # noqa: SLF001 - setting it would forbid programs to
    before = contexts._actual_context, contexts._default_context  # noqa: SLF001 - as above
    contexts._actual_context = None  # noqa: SLF001 - as above
    if method is not None:
        contexts._default_context = multiprocessing.get_context(method)  # noqa: SLF001 - as above
    # Asked for a context, it takes the default for good; a program shall find it undecided.
    contexts._actual_context = None  # noqa: SLF001 - as above
    try:
        yield
    finally:
        contexts._actual_context, contexts._default_context = before  # noqa: SLF001 - as above


@contextlib.contextmanager
def _main_module() -> Iterator[None]:
    """Let children that are not forked take our module for the main one: they run it first."""
    main = sys.modules["__main__"]
    before = main.__spec__
    main.__spec__ = ModuleSpec(child.__name__, None)
    try:
        yield
    finally:
        main.__spec__ = before


class _Before:
    """What there was before the call."""

    def __init__(self) -> None:
        self._processes = set(_own_processes())
        self._threads = set(threading.enumerate())
        self._children = set(children())

    def leftovers(self, patience: float) -> Iterator[Leftover]:
        """Yield the processes that were not waited for, and the threads that don't come to their end by themselves.

        Args:
            patience: how many real seconds the processes have to end.
        """
        deadline = time.monotonic() + patience
        while (processes := list(self._processes_left())) and time.monotonic() < deadline:
            time.sleep(_LOOK_SECONDS)
        yield from processes
        # A thread that has nothing more to do may still be on its way out. Beside processes it has: to wait for them.
        patience = 0.0 if processes else _WAY_OUT
        for thread in threading.enumerate():
            if thread in self._threads or _is_feeder(thread):
                continue
            with contextlib.suppress(Exception):
                threading.Thread.join(thread, patience)
            if threading.Thread.is_alive(thread):
                patience = 0
                yield Leftover("thread", thread.name, "", 0, daemon=thread.daemon)

    def _processes_left(self) -> Iterator[Leftover]:
        known = set(self._children)
        for process in _own_processes():
            popen = getattr(process, "_popen", None)
            known.add(getattr(popen, "pid", 0))
            if process not in self._processes and getattr(popen, "returncode", None) is None:
                name = vars(process).get("_name")
                yield Leftover("process", name if type(name) is str else "", "", 0)
        for pid in children():
            if pid not in known and pid not in _helpers():
                yield Leftover("process", "", "", 0)

    def end_others(self) -> None:
        """End and collect every process that was not there before."""
        helpers = _helpers()
        _stop_helpers()
        others = [pid for pid in descendants(os.getpid(), _CROWD) if pid not in self._children]
        _kill(others)
        for process in _own_processes() - self._processes:
            with contextlib.suppress(Exception):
                process.join()
        for pid in children():
            if pid not in self._children and pid not in helpers:
                _kill([pid])  # whose parent has ended only just now may have come to be a child of this process
                with contextlib.suppress(OSError):
                    os.waitpid(pid, 0)
        self._wait_for_pools()

    def _wait_for_pools(self) -> None:
        """Wait for the threads that look after processes, and notice that these are gone."""
        deadline = time.monotonic() + _WAY_OUT
        # Not with join(): where one was interrupted, up to Python 3.12, the thread counts as ended while it still runs.
        while any(_is_of_a_pool(thread) for thread in set(threading.enumerate()) - self._threads):
            if time.monotonic() >= deadline:
                return
            time.sleep(_LOOK_SECONDS)


def _own_processes() -> set[Any]:
    """Return the processes that `multiprocessing` has started here and that nobody has joined."""
    return set(multiprocessing.process._children)  # type: ignore[attr-defined] # noqa: SLF001 - active_children() joins


def _known_helpers() -> Iterator[tuple[Any, int]]:
    """Yield what looks after the processes that `multiprocessing` has started for itself, and their numbers."""
    for name, pid in (("forkserver", "_forkserver_pid"), ("resource_tracker", "_pid")):
        module = sys.modules.get(f"multiprocessing.{name}")
        helper = getattr(module, f"_{name}", None)
        if getattr(helper, pid, None) is not None:
            yield helper, getattr(helper, pid)


def _helpers() -> set[int]:
    """Return the numbers of these processes."""
    return {pid for _, pid in _known_helpers()}


def _stop_helpers() -> None:
    """End them: they know this run, and the next one is another."""
    for helper, pid in list(_known_helpers()):
        _kill([pid])
        with contextlib.suppress(Exception):
            helper._stop()  # noqa: SLF001 - there is no other way to end it


def _is_feeder(thread: threading.Thread) -> bool:
    """Tell whether a thread belongs to a queue of `multiprocessing`: such a thread ends when its queue is forgotten."""
    return getattr(thread, "_target", None) is multiprocessing.queues.Queue._feed  # type: ignore[attr-defined] # noqa: SLF001 - its name could be anybody's


def _is_of_a_pool(thread: threading.Thread) -> bool:
    """Tell whether a thread looks after the processes of a `ProcessPoolExecutor`."""
    module = sys.modules.get("concurrent.futures.process")
    return module is not None and type(thread) is module._ExecutorManagerThread  # noqa: SLF001 - its name could be anybody's


def _kill(pids: set[int] | list[int]) -> None:
    for pid in pids:
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGKILL)
