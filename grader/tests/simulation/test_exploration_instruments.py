"""What a search takes over in the interpreter, and puts back."""

from __future__ import annotations

import gc
import os
import sys
import threading
from types import FunctionType
from typing import TYPE_CHECKING, Any

import pytest

from grader.simulation import Schedule, SimulationError, explore, replay
from grader.simulation.exploration import benchmark
from grader.tests.simulation.exploration_programs import FILES, LOCKED, UNLOCKED, count_to, scenario

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType

monitoring: Any = getattr(sys, "monitoring", None)
needs_monitoring = pytest.mark.skipif(monitoring is None, reason="sys.monitoring is new in Python 3.12")


def interpreter_state() -> tuple[Any, ...]:
    """Return all that a search may change."""
    tools = [monitoring.get_tool(tool) for tool in range(6)] if monitoring else []
    processors = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else None
    return (sys.gettrace(), threading.gettrace(), threading.excepthook, gc.isenabled(), processors, tools)


def test_everything_is_put_back() -> None:
    """After a search and a replay the interpreter is as it was."""
    before = interpreter_state()
    explore(scenario(UNLOCKED, count_to(2)), files=FILES)
    replay(scenario(UNLOCKED, count_to(2)), Schedule(), files=FILES)
    assert interpreter_state() == before


def test_everything_is_put_back_after_an_interruption() -> None:
    """Ctrl-C amid a search ends it, and leaves nothing behind."""
    before = interpreter_state()
    with pytest.raises(KeyboardInterrupt):
        explore(_interrupted, files=FILES)
    assert interpreter_state() == before
    assert len(explore(scenario(UNLOCKED, count_to(2)), files=FILES).outcomes) == 2


def _interrupted() -> None:
    raise KeyboardInterrupt


def test_another_trace_function_is_put_back() -> None:
    """A debugger's or coverage tool's trace functions are in place again after a search."""

    def trace(*_: object) -> None:
        return None

    before = sys.gettrace(), threading.gettrace()
    try:
        sys.settrace(trace)
        threading.settrace(trace)
        found = explore(scenario(UNLOCKED, count_to(2)), files=FILES)
        after = sys.gettrace(), threading.gettrace()
    finally:
        sys.settrace(before[0])
        threading.settrace(before[1])
    assert len(found.outcomes) == 2
    assert after == (trace, trace)


def test_a_disabled_garbage_collector_stays_disabled() -> None:
    """Whoever runs without the collector goes on without it."""
    gc.disable()
    try:
        explore(scenario(UNLOCKED, count_to(2)), files=FILES, preemptions=0)
        assert not gc.isenabled()
    finally:
        gc.enable()


def _without(take_away: Callable[[], object]) -> Callable[[], None]:
    """Return a scenario whose program takes away what follows its steps."""

    def act() -> None:
        scenario(UNLOCKED, count_to(2))()
        take_away()

    return act


def _tool() -> int:
    return next(tool for tool in (3, 4) if monitoring.get_tool(tool))


def _forget_callback() -> None:
    monitoring.register_callback(_tool(), monitoring.events.INSTRUCTION, None)


def _forget_events() -> None:
    monitoring.set_events(_tool(), 0)


def _forget_code() -> None:
    for thing in gc.get_objects():
        if type(thing) is FunctionType and thing.__code__.co_filename in FILES:
            monitoring.set_local_events(_tool(), thing.__code__, 0)


def _forget_tool() -> None:
    monitoring.free_tool_id(_tool())


@needs_monitoring
@pytest.mark.parametrize("take_away", [_forget_callback, _forget_events, _forget_code, _forget_tool])
def test_a_program_that_takes_the_monitor_away(take_away: Callable[[], object]) -> None:
    """A search that could not see all steps is no search: it says so, and puts everything back."""
    before = interpreter_state()
    with pytest.raises(SimulationError, match="was taken away by the program"):
        explore(_without(take_away), files=FILES)
    assert interpreter_state() == before


@pytest.mark.skipif(monitoring is not None, reason="from Python 3.12 on there is a monitor")
@pytest.mark.parametrize("take_away", [lambda: sys.settrace(None), lambda: threading.settrace(None)])
def test_a_program_that_takes_the_trace_away(take_away: Callable[[], object]) -> None:
    """The same where a trace function follows the steps."""
    before = interpreter_state()
    with pytest.raises(SimulationError, match="was taken away by the program"):
        explore(_without(take_away), files=FILES)
    assert interpreter_state() == before


@needs_monitoring
def test_two_other_monitoring_tools_leave_no_place() -> None:
    """The message names the tools that are in the way."""
    for tool, name in ((3, "one tool"), (4, "another tool")):
        monitoring.use_tool_id(tool, name)
    try:
        with pytest.raises(SimulationError, match="another tool and one tool use both free places"):
            explore(lambda: None, files=FILES)
    finally:
        monitoring.free_tool_id(3)
        monitoring.free_tool_id(4)


@needs_monitoring
def test_another_monitoring_tool_is_not_disturbed() -> None:
    """A tool that counts lines, as a coverage tool does, sees them while schedules are explored."""
    tool = 3
    seen: set[tuple[str, int]] = set()

    def note(code: CodeType, line: int) -> None:
        seen.add((code.co_filename, line))

    monitoring.use_tool_id(tool, "lines")
    try:
        monitoring.register_callback(tool, monitoring.events.LINE, note)
        monitoring.set_events(tool, monitoring.events.LINE)
        found = explore(scenario(UNLOCKED, count_to(2)), files=FILES)
    finally:
        monitoring.set_events(tool, 0)
        monitoring.free_tool_id(tool)
    assert ("student.py", 7) in seen
    assert len(found.outcomes) == 2


def compiled_anew() -> object:
    """Be a scenario that compiles its program in each run."""
    return scenario(LOCKED, count_to(2))()


def test_code_that_is_loaded_anew_each_time_is_preempted_from_its_first_instruction() -> None:
    """Whether a module's code objects are the same in each run or new ones changes nothing."""
    assert explore(compiled_anew, files=FILES) == explore(scenario(LOCKED, count_to(2)), files=FILES)


def test_code_that_is_loaded_anew_very_often_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """Code objects aren't kept for the whole of a search, and nothing is missed for it."""
    kept = explore(compiled_anew, files=FILES)
    monkeypatch.setattr("grader.simulation.exploration._seen._MANY", 1)
    assert explore(compiled_anew, files=FILES) == kept
    assert explore(scenario(LOCKED, count_to(2)), files=FILES) == kept


def test_functions_that_exist_before_the_search_are_preempted_too() -> None:
    """A file that was loaded before, and searched before, is preempted like one that is loaded in the scenario."""
    names: dict[str, Any] = {"__name__": "student"}
    exec(compile(UNLOCKED, FILES[0], "exec"), names)  # noqa: S102 - the point
    for _ in range(2):
        assert len(explore(lambda: count_to(2)(names), files=FILES).outcomes) == 2


def test_bare_threads_are_preempted_too() -> None:
    """Threads started without `threading` are simulated threads like any other."""
    source = """
        import _thread
        import time

        seen = [0]

        def increment():
            seen[0] += 1

        def run():
            for _ in range(2):
                _thread.start_new_thread(increment, ())
            time.sleep(1)
            return seen[0]
    """
    found = explore(scenario(source, lambda names: names["run"]()), files=FILES)
    assert {outcome.run.value for outcome in found.outcomes} == {1, 2}


def test_the_benchmark_gives_a_speed() -> None:
    """It returns schedules per second."""
    assert benchmark() > 0
