"""Finding every result that the order of threads can lead to, by running a scenario under one schedule after another.

`explore` searches, `replay` shows what one schedule did. `docs/simulation.md` says which orders are tried.
"""

from __future__ import annotations

from grader.simulation.exploration._benchmark import benchmark
from grader.simulation.exploration._outcome import Exploration, Outcome, outcome_key
from grader.simulation.exploration._replay import Replay, Replays, replay
from grader.simulation.exploration._schedule import Schedule, ScheduleError, Switch
from grader.simulation.exploration._search import explore
from grader.simulation.exploration._steps import Access, Collision, Step
from grader.simulation.exploration._together import run_together

__all__ = [
    "Access",
    "Collision",
    "Exploration",
    "Outcome",
    "Replay",
    "Replays",
    "Schedule",
    "ScheduleError",
    "Step",
    "Switch",
    "benchmark",
    "explore",
    "outcome_key",
    "replay",
    "run_together",
]
