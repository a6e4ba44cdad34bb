"""Running one schedule again, to see what it did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

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
    watched = frozenset(files)
    control = Control(nanoseconds(stall))
    recorder = Recorder(control)
    with Session(scenario, watched, control, instruments(watched, all_offsets, recorder.point)) as session:
        session.run(Schedule())
        recorder.restart()
        run = session.run(schedule, traced=True)
    if control.strayed:
        msg = f"the program no longer follows the schedule {schedule}: one of the two has been changed since"
        raise ScheduleError(msg)
    steps = recorder.steps()
    return Replay(schedule, run, steps, recorder.dropped, find_collision(steps))
