"""Finding every result that the order of threads can lead to, by running a scenario under one schedule after another."""

from __future__ import annotations

from grader.simulation.exploration._outcome import Exploration, Outcome, outcome_key
from grader.simulation.exploration._schedule import Schedule, ScheduleError, Switch
from grader.simulation.exploration._search import explore

__all__ = ["Exploration", "Outcome", "Schedule", "ScheduleError", "Switch", "explore", "outcome_key"]
