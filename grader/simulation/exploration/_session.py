"""Running one scenario again and again in one simulation environment, each time under a schedule."""

from __future__ import annotations

import asyncio
import gc
import threading
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

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

# What ends a scenario as a result of its own. Any other exception that isn't an `Exception` comes from a signal
# handler, such as Ctrl-C or a test's time-out, and ends the search.
_RESULTS = (Exception, BaseExceptionGroup, SystemExit, GeneratorExit, asyncio.CancelledError)


class Session:
    """Everything that is set up once for many runs: replacements, instruments, and no garbage collection amid a run.

    Finalizers that the collector calls would run at other places in other runs.
    """

    def __init__(
        self, scenario: Callable[[], Any], files: frozenset[str], control: Control, instruments: Instruments
    ) -> None:
        self._scenario = scenario
        self._files = files
        self._control = control
        self._instruments = instruments
        self._stack = ExitStack()
        self._runs = 0

    def __enter__(self) -> Session:
        with ExitStack() as stack:
            stack.enter_context(one_processor())
            if gc.isenabled():
                gc.disable()
                stack.callback(gc.enable)
            self._environment = stack.enter_context(Environment())
            stack.callback(setattr, threading, "excepthook", threading.excepthook)
            threading.excepthook = _note_thread_error
            stack.enter_context(self._instruments)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._stack.close()

    def run(self, schedule: Schedule, *, preempting: bool, traced: bool = False) -> Run[Any]:
        """Run the scenario once.

        Args:
            schedule: what to follow.
            preempting: whether to note where one more preemption could be made.
            traced: whether to record the trace, which takes longer.
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

        trace = Trace(self._files, enabled=traced)
        run = self._environment.run(body, trace=trace, prepare=prepare)
        if run.error is not None and not isinstance(run.error, _RESULTS):
            raise run.error
        self._runs += 1
        if self._runs % _COLLECT_EVERY == 0:
            gc.collect(1)
        return run


def _note_thread_error(args: threading.ExceptHookArgs) -> None:
    """Note an error that ended a thread in the trace, even if nothing else is, instead of printing it in every run."""
    scheduler = active()
    if scheduler is not None and args.exc_value is not None and not scheduler.trace.enabled:
        scheduler.trace.enabled = True
        _threads._record_error(scheduler, args.exc_value)
        scheduler.trace.enabled = False
