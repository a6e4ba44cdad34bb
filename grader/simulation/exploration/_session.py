"""Running one scenario again and again in one environment, each time under a schedule."""

from __future__ import annotations

import gc
import threading
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Self

from grader.simulation import _threads
from grader.simulation._scheduler import active
from grader.simulation._simulate import Environment, Run
from grader.simulation._trace import Trace
from grader.simulation.exploration._processor import one_processor

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.simulation._scheduler import Scheduler
    from grader.simulation.exploration._control import Control
    from grader.simulation.exploration._instruments import Instruments
    from grader.simulation.exploration._schedule import Schedule

_COLLECT_EVERY = 200


class Session:
    """Everything that is set up once for many runs: replacements, instruments, and no garbage collection in between."""

    def __init__(
        self, scenario: Callable[[], Any], files: frozenset[str], control: Control, instruments: Instruments
    ) -> None:
        self._scenario = scenario
        self._files = files
        self._control = control
        self._instruments = instruments
        self._environment = Environment()
        self._stack = ExitStack()
        self._runs = 0

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.enter_context(one_processor())
            if gc.isenabled():
                gc.disable()
                stack.callback(gc.enable)
            stack.enter_context(self._environment)
            stack.callback(setattr, threading, "excepthook", threading.excepthook)
            threading.excepthook = _note_thread_error
            stack.enter_context(self._instruments)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._stack.close()

    def run(self, schedule: Schedule, *, preempting: bool = False, traced: bool = False) -> Run[Any]:
        """Run the scenario once.

        Args:
            schedule: what to follow.
            preempting: whether to note where one more preemption could be made.
            traced: whether to record the trace, which takes longer.

        Raises:
            BaseException: what a signal handler raised, such as KeyboardInterrupt.
        """
        control, scenario, instruments = self._control, self._scenario, self._instruments

        def prepare(scheduler: Scheduler) -> None:
            control.attach(schedule, preempting=preempting, scheduler=scheduler)

        def body() -> Any:  # noqa: ANN401 - whatever the scenario returns
            instruments.begin()
            try:
                return scenario()
            finally:
                control.detach()
                instruments.end()

        run = self._environment.run(body, trace=Trace(self._files, enabled=traced), prepare=prepare)
        self._runs += 1
        if self._runs % _COLLECT_EVERY == 0:
            gc.collect(1)
        return run


def _note_thread_error(args: threading.ExceptHookArgs) -> None:
    """Note an error that ended a thread, in the trace even if nothing else is, instead of printing it in every run."""
    scheduler = active()
    if scheduler is not None and args.exc_value is not None and not scheduler.trace.enabled:
        scheduler.trace.enabled = True
        _threads._record_error(scheduler, args.exc_value)
        scheduler.trace.enabled = False
