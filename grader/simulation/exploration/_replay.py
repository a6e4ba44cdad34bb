"""Running one schedule again, to see what it did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from grader.simulation._clock import nanoseconds
from grader.simulation.exploration._control import Control
from grader.simulation.exploration._instruments import instruments
from grader.simulation.exploration._points import all_offsets
from grader.simulation.exploration._recorder import Recorder
from grader.simulation.exploration._schedule import Schedule, ScheduleError
from grader.simulation.exploration._session import Session
from grader.simulation.exploration._steps import find_collision

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from grader.simulation._simulate import Run
    from grader.simulation.exploration._steps import Collision, Step


@dataclass(frozen=True, slots=True)
class Replay:
    """What one schedule did.

    Attributes:
        schedule: which.
        run: what happened, with the trace.
        steps: every line of the files that ran, in the order in which they ran across threads.
        dropped: steps beyond the limit, counted only.
        collision: the two steps that most likely explain the result, if threads used the same thing.
    """

    schedule: Schedule
    run: Run[Any]
    steps: tuple[Step, ...]
    dropped: int
    collision: Collision | None


class Replays:
    """Runs schedules of one scenario again, one after another in one environment; use it as a context manager."""

    def __init__(self, scenario: Callable[[], Any], *, files: Iterable[str], stall: float = 0.0) -> None:
        """Prepare to run a scenario again.

        Args:
            scenario: the one that the schedules were found with. It is called once more before the first of them.
            files: the same as for `explore`.
            stall: the same as for `explore`.
        """
        watched = frozenset(files)
        self._control = Control(nanoseconds(stall))
        self._recorder = Recorder(self._control)
        made = instruments(watched, all_offsets, self._recorder.point)
        self._session = Session(scenario, watched, self._control, made)
        self._has_begun = False

    def __enter__(self) -> Self:
        """Set up the environment.

        Raises:
            SimulationError: a simulation is already running in this process, or another tool uses `sys.monitoring`.
        """
        self._session.__enter__()
        return self

    def __exit__(self, *exc_info: object) -> None:
        """Put everything back."""
        self._session.__exit__(*exc_info)

    def replay(self, schedule: Schedule) -> Replay:
        """Run the scenario under exactly one schedule, writing down what each line read and wrote.

        Raises:
            ScheduleError: it counts another Python version's bytecodes, or the program doesn't follow it.
        """
        schedule.check_version()
        if not self._has_begun:
            self._has_begun = True
            self._session.run(Schedule())
        self._recorder.restart()
        run = self._session.run(schedule, traced=True)
        if self._control.strayed:
            msg = f"the program no longer follows the schedule {schedule}: one of the two has been changed since"
            raise ScheduleError(msg)
        steps = self._recorder.steps()
        return Replay(schedule, run, steps, self._recorder.dropped, find_collision(steps))


def replay(
    scenario: Callable[[], Any], schedule: Schedule | str, *, files: Iterable[str], stall: float = 0.0
) -> Replay:
    """Run a scenario under exactly one schedule, writing down what each line read and wrote.

    Args:
        scenario: the one that the schedule was found with. It is called once more before, as `explore` does.
        schedule: a schedule, or its text.
        files: the same as for `explore`.
        stall: the same as for `explore`.

    Raises:
        ScheduleError: the text is no schedule, it counts another Python version's bytecodes, or the program doesn't
            follow it, for instance because it has been changed.
        SimulationError: a simulation is already running in this process, or another tool uses `sys.monitoring`.
    """
    if isinstance(schedule, str):
        schedule = Schedule.parse(schedule)
    schedule.check_version()
    with Replays(scenario, files=files, stall=stall) as replays:
        return replays.replay(schedule)
