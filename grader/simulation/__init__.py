"""A deterministic simulation of threads, asyncio and sockets: real code, virtual time, our scheduler.

`simulate` runs a function and says what happened; `explore` says all that can happen. `docs/simulation.md` lists what
is simulated, what counts as waiting, and what isn't covered.
"""

from __future__ import annotations

from grader.simulation._diagnosis import Whereabouts, diagnose, whereabouts
from grader.simulation._errors import NotSimulatedError, SimulationError, SimulationStopped
from grader.simulation._leftover import Leftover
from grader.simulation._patching import rely_on_loaded_modules
from grader.simulation._scheduler import Scheduler, active
from grader.simulation._simulate import Environment, Run, simulate
from grader.simulation._states import Standstill, Stuck
from grader.simulation._trace import Event, Site, Trace
from grader.simulation.exploration import (
    Access,
    Collision,
    Exploration,
    Outcome,
    Replay,
    Replays,
    Schedule,
    ScheduleError,
    Step,
    Switch,
    explore,
    outcome_key,
    replay,
    run_together,
)

__all__ = [
    "Access",
    "Collision",
    "Environment",
    "Event",
    "Exploration",
    "Leftover",
    "NotSimulatedError",
    "Outcome",
    "Replay",
    "Replays",
    "Run",
    "Schedule",
    "ScheduleError",
    "Scheduler",
    "SimulationError",
    "SimulationStopped",
    "Site",
    "Standstill",
    "Step",
    "Stuck",
    "Switch",
    "Trace",
    "Whereabouts",
    "active",
    "diagnose",
    "explore",
    "outcome_key",
    "rely_on_loaded_modules",
    "replay",
    "run_together",
    "simulate",
    "whereabouts",
]
