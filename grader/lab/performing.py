"""Performing a scenario in the way that it asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from grader.lab.exploring import perform_explored
from grader.lab.stage import perform as perform_once

if TYPE_CHECKING:
    from pathlib import Path

    from grader.lab.actors import Link
    from grader.lab.clock import Clock
    from grader.lab.observation import Observation


def perform(request: dict[str, Any], module: str, file: Path, link: Link, clock: Clock | None = None) -> Observation:
    """Perform a cast scenario with the submission in `file`, and describe what happened.

    Args:
        request: `grader.lab.scenario.Cast.request`.
        module: dotted name to import the file under.
        file: the submission's file.
        link: the way to the witness.
        clock: what a scenario that is performed once runs on; by default, simulated time.

    Raises:
        KeyboardInterrupt: somebody pressed Ctrl-C. A test's time-out makes the submission a runaway.
    """
    if "exploring" in request:
        return perform_explored(request, module, file)
    return perform_once(request, module, file, link, clock)
