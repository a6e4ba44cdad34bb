"""Instruments for Python 3.11: a trace function in each simulated thread."""

from __future__ import annotations

# By name, so that a program under exploration that replaces them replaces its own.
from sys import gettrace, settrace
from threading import gettrace as threads_gettrace
from threading import settrace as threads_settrace
from typing import TYPE_CHECKING, Any, Self

from grader.simulation import _threads
from grader.simulation._errors import SimulationError
from grader.simulation._scheduler import running_scheduler
from grader.simulation.exploration._seen import Seen

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable
    from types import FrameType

    from grader.simulation.exploration._instruments import Point, Rule


class Tracer:
    """Traces the threads of a simulation; a trace function of another tool is put back after each run."""

    def __init__(self, files: frozenset[str], rule: Rule, point: Point) -> None:
        self._before: Any = None
        self._hook_before: Any = None
        self._lost = False
        seen = self._seen = Seen(lambda code: _trace_of(rule(code), point))
        known = seen.by_id

        def enter_frame(frame: FrameType, _event: str, _argument: object) -> Any:  # noqa: ANN401 - as sys.settrace has it
            code = frame.f_code
            if code.co_filename not in files:
                return None
            frame.f_trace_lines = False
            frame.f_trace_opcodes = True
            return known.get(id(code)) or seen.learn(code)

        self._enter_frame = enter_frame

    def __enter__(self) -> Self:
        # Threads made by `threading` begin to be traced right before their function, because tracing is slow.
        self._hook_before = threads_gettrace()
        threads_settrace(self._enter_frame)
        _threads.on_start.append(self._start_bare)
        return self

    def __exit__(self, *exc_info: object) -> None:
        _threads.on_start.remove(self._start_bare)
        kept = threads_gettrace() is self._enter_frame and not self._lost
        threads_settrace(self._hook_before)
        if not kept and exc_info[0] is None:
            msg = "what follows the program's steps was taken away by the program"
            raise SimulationError(msg)

    def begin(self) -> None:
        """Trace the first thread."""
        self._before = gettrace()
        settrace(self._enter_frame)

    def end(self) -> None:
        """Put back what traced it before."""
        scheduler = running_scheduler()
        # What ends a run goes through the trace function as an error, and Python drops one that raises.
        ended = scheduler is not None and scheduler.stopping
        self._lost |= gettrace() is not self._enter_frame and not ended
        settrace(self._before)
        if self._seen.many:
            self._seen.forget()

    def _start_bare(self, thread: threading.Thread | None) -> None:
        if thread is None:
            settrace(self._enter_frame)


def _trace_of(offsets: frozenset[int], point: Point) -> Callable[[FrameType, str, object], Any]:
    def trace(frame: FrameType, event: str, _argument: object) -> Any:  # noqa: ANN401 - as sys.settrace has it
        if event == "opcode" and frame.f_lasti in offsets:
            point()
        return trace

    return trace
