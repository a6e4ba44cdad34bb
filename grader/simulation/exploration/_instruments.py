"""Being called before chosen instructions, in every simulated thread: by a trace function, or by a monitor."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from grader.simulation import _threads
from grader.simulation._errors import SimulationError

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType, FrameType

    Rule = Callable[[CodeType], frozenset[int]]
    Point = Callable[[], None]

T = TypeVar("T")

_TOOL_NAME = "grader: schedule exploration"
_TOOL_IDS = (4, 3)
_REMEMBERED = 2_000


class Instruments(Protocol):
    """Calls a function before each chosen instruction of the chosen files."""

    def __enter__(self) -> Instruments:
        """Take over what the interpreter calls."""

    def __exit__(self, *exc_info: object) -> None:
        """Put everything back."""

    def begin(self) -> None:
        """Begin a run, in its first thread."""

    def end(self) -> None:
        """End a run, in its first thread."""


def instruments(files: frozenset[str], rule: Rule, point: Point) -> Instruments:
    """Choose what this Python version has.

    Trace functions on 3.12 and newer prepare a code object for instruction events only after its first line, so the first run of
    every function would be missed there; monitors don't exist before.
    """
    return Tracer(files, rule, point) if sys.version_info < (3, 12) else Monitor(files, rule, point)


class Seen(Generic[T]):
    """Something worked out once for each code object.

    A scenario that loads a module afresh each time makes new code objects each time; equal ones count as one.
    """

    def __init__(self, work_out: Callable[[CodeType], T]) -> None:
        self.by_id: dict[int, T] = {}
        self._work_out = work_out
        self._by_value: dict[CodeType, T] = {}
        self._kept: list[CodeType] = []

    def learn(self, code: CodeType) -> T:
        """Return what belongs to `code`, from now on also found under its identity."""
        found = self._by_value.get(code)
        if found is None:
            found = self._by_value[code] = self._work_out(code)
        # Kept alive, or another object could get its identity.
        self._kept.append(code)
        self.by_id[id(code)] = found
        return found

    def forget(self) -> list[CodeType]:
        """Forget identities, between runs, and return the code objects that had them."""
        kept, self._kept = self._kept, []
        self.by_id.clear()
        return kept

    @property
    def full(self) -> bool:
        """Whether so many have been seen that they should be forgotten."""
        return len(self._kept) > _REMEMBERED


class Tracer:
    """A trace function in each thread: Python 3.11."""

    def __init__(self, files: frozenset[str], rule: Rule, point: Point) -> None:
        self._before: Any = None
        self._hook_before: Any = None
        seen = Seen(lambda code: _local_trace(rule(code), point))
        self._seen = seen
        known = seen.by_id

        def enter_frame(frame: FrameType, event: str, argument: object) -> Any:  # noqa: ANN401, ARG001 - as sys.settrace passes them
            code = frame.f_code
            if code.co_filename not in files:
                return None
            frame.f_trace_lines = False
            frame.f_trace_opcodes = True
            return known.get(id(code)) or seen.learn(code)

        self._enter_frame = enter_frame

    def __enter__(self) -> Tracer:
        # Threads made by `threading` begin to be traced right before their function; tracing slows everything down.
        self._hook_before = threading.gettrace()
        threading.settrace(self._enter_frame)
        _threads.on_start.append(self._start_bare)
        return self

    def __exit__(self, *exc_info: object) -> None:
        _threads.on_start.remove(self._start_bare)
        threading.settrace(self._hook_before)

    def begin(self) -> None:
        self._before = sys.gettrace()
        sys.settrace(self._enter_frame)

    def end(self) -> None:
        sys.settrace(self._before)
        if self._seen.full:
            self._seen.forget()

    def _start_bare(self, thread: threading.Thread | None) -> None:
        if thread is None:
            sys.settrace(self._enter_frame)


def _local_trace(offsets: frozenset[int], point: Point) -> Callable[[FrameType, str, object], Any]:
    def trace(frame: FrameType, event: str, argument: object) -> Any:  # noqa: ANN401, ARG001 - as sys.settrace passes them
        if event == "opcode" and frame.f_lasti in offsets:
            point()
        return trace

    return trace


if sys.version_info >= (3, 12):
    _events = sys.monitoring.events

    class Monitor:
        """A monitor of instructions, switched on for a code object when it starts: Python 3.12 and newer.

        Unlike a trace function it is there before the first instruction runs.
        """

        def __init__(self, files: frozenset[str], rule: Rule, point: Point) -> None:
            self._files = files
            self._seen = Seen(rule)
            self._point = point
            self._tool = -1

        def __enter__(self) -> Monitor:
            monitoring = sys.monitoring
            self._tool = _claim_tool()
            known, point, off = self._seen.by_id, self._point, monitoring.DISABLE

            def on_instruction(code: CodeType, offset: int) -> Any:  # noqa: ANN401 - as sys.monitoring wants it
                if offset not in known.get(id(code), ()):
                    return off
                return point()

            monitoring.register_callback(self._tool, _events.INSTRUCTION, on_instruction)
            monitoring.register_callback(self._tool, _events.PY_START, self._on_start)
            monitoring.set_events(self._tool, _events.PY_START)
            return self

        def __exit__(self, *exc_info: object) -> None:
            monitoring = sys.monitoring
            monitoring.set_events(self._tool, _events.NO_EVENTS)
            self._forget()
            for event in (_events.INSTRUCTION, _events.PY_START):
                monitoring.register_callback(self._tool, event, None)
            monitoring.free_tool_id(self._tool)

        def begin(self) -> None:
            pass

        def end(self) -> None:
            if self._seen.full:
                self._forget()

        def _on_start(self, code: CodeType, offset: int) -> Any:  # noqa: ANN401, ARG002 - as sys.monitoring has it
            if code.co_filename not in self._files:
                return sys.monitoring.DISABLE
            if id(code) not in self._seen.by_id:
                self._seen.learn(code)
                sys.monitoring.set_local_events(self._tool, code, _events.INSTRUCTION)
            return None

        def _forget(self) -> None:
            for code in self._seen.forget():
                sys.monitoring.set_local_events(self._tool, code, _events.NO_EVENTS)

    def _claim_tool() -> int:
        for tool in _TOOL_IDS:
            if sys.monitoring.get_tool(tool) is None:
                sys.monitoring.use_tool_id(tool, _TOOL_NAME)
                return tool
        msg = f"no free tool of sys.monitoring: {', '.join(str(sys.monitoring.get_tool(tool)) for tool in _TOOL_IDS)}"
        raise SimulationError(msg)
