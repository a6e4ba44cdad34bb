"""Instruments for Python 3.12 and newer: a tool of `sys.monitoring`."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Self

from grader.simulation._errors import SimulationError
from grader.simulation.exploration._seen import Seen

if TYPE_CHECKING:
    from types import CodeType

    from grader.simulation.exploration._instruments import Point, Rule

_TOOL_NAME = "grader: schedule exploration"
_TOOL_IDS = (4, 3)  # those that `sys.monitoring` has no name for

if sys.version_info >= (3, 12):
    # As it is before any program under exploration can put something else into its place.
    _monitoring: Any = SimpleNamespace(**vars(sys.monitoring))
    _INSTRUCTION, _PY_START = _monitoring.events.INSTRUCTION, _monitoring.events.PY_START

    class Monitor:
        """Monitors the instructions of a code object from its first start on, its first instruction included."""

        def __init__(self, files: frozenset[str], rule: Rule, point: Point) -> None:
            self._files = files
            self._seen = Seen(rule)
            self._point = point
            self._tool = -1
            self._callbacks: dict[int, Any] = {}
            self._kept = True

        def __enter__(self) -> Self:
            self._tool = _claim_tool()
            known, point, off = self._seen.by_id, self._point, _monitoring.DISABLE

            def on_instruction(code: CodeType, offset: int) -> Any:  # noqa: ANN401 - as sys.monitoring has it
                if offset not in known.get(id(code), ()):
                    return off
                point()
                return None

            self._callbacks = {_INSTRUCTION: on_instruction, _PY_START: self._on_start}
            for event, callback in self._callbacks.items():
                _monitoring.register_callback(self._tool, event, callback)
            _monitoring.set_events(self._tool, _PY_START)
            return self

        def __exit__(self, *exc_info: object) -> None:
            kept = _monitoring.get_tool(self._tool) == _TOOL_NAME
            if kept:
                kept = _monitoring.get_events(self._tool) == _PY_START
                _monitoring.set_events(self._tool, _monitoring.events.NO_EVENTS)
                self._forget()
                for event, callback in self._callbacks.items():
                    kept &= _monitoring.register_callback(self._tool, event, None) == callback
                _monitoring.free_tool_id(self._tool)
            if not (kept and self._kept) and exc_info[0] is None:
                msg = "what follows the program's steps was taken away by the program"
                raise SimulationError(msg)

        def begin(self) -> None:
            """Do nothing: the monitor sees every thread."""

        def end(self) -> None:
            """Let go of code objects that may be gone."""
            if self._seen.many:
                self._forget()

        def _on_start(self, code: CodeType, _offset: int) -> Any:  # noqa: ANN401 - as sys.monitoring has it
            if code.co_filename not in self._files:
                return _monitoring.DISABLE
            if id(code) not in self._seen.by_id:
                self._seen.learn(code)
                _monitoring.set_local_events(self._tool, code, _INSTRUCTION)
            return None

        def _forget(self) -> None:
            for code in self._seen.forget():
                self._kept &= _monitoring.get_local_events(self._tool, code) == _INSTRUCTION
                _monitoring.set_local_events(self._tool, code, _monitoring.events.NO_EVENTS)

    def _claim_tool() -> int:
        for tool in _TOOL_IDS:
            if _monitoring.get_tool(tool) is None:
                _monitoring.use_tool_id(tool, _TOOL_NAME)
                return tool
        others = " and ".join(str(_monitoring.get_tool(tool)) for tool in _TOOL_IDS)
        msg = f"schedules can't be explored while {others} use both free places of sys.monitoring"
        raise SimulationError(msg)
