"""What was seen of the runs behind a report: too much for its model, and what timelines and traces are drawn from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from grader.lab.costs import Cost, costs_by_line
from grader.lab.lanes import lanes
from grader.lab.steps import every_step, in_that_order

if TYPE_CHECKING:
    from grader.grading.timelines import Timelines
    from grader.lab.failure import Lane, StepNote
    from grader.lab.plugin import Judgement


@dataclass(frozen=True, slots=True)
class Run:
    """One run.

    Attributes:
        lanes: what each thread, task and process did, and when.
        source: the submission's lines.
        costs: what each of those lines cost that cost anything.
        steps: of a check that failed in one order of the threads, what they did in that order.
        comparable: whether the reference solution's timeline shows the same scenario; it doesn't where a check failed
            in one of many orders.
    """

    lanes: list[Lane] = field(default_factory=list)
    source: list[str] = field(default_factory=list)
    costs: dict[int, Cost] = field(default_factory=dict)
    steps: list[StepNote] = field(default_factory=list)
    comparable: bool = True


class Runs:
    """The runs of one grading; each check's, and the reference solution's of the same check."""

    def __init__(self) -> None:
        self._runs: dict[tuple[str, str], Run] = {}
        self._reference: Timelines = {}

    def add(self, judgement: Judgement) -> None:
        """Keep what was seen of a check's run."""
        play, seen = judgement.play, judgement.seen
        if play.check.hidden:
            self._runs[play.submission.exercise.id, play.name] = Run(comparable=False)
            return
        if seen is None:
            return
        schedule = judgement.failure.schedule if judgement.failure is not None else ""
        steps = every_step(seen, schedule) if schedule else []
        shown = in_that_order(seen, schedule) if schedule else seen
        self._runs[play.submission.exercise.id, play.name] = Run(
            lanes(shown), seen.source, costs_by_line(shown), steps, comparable=not schedule
        )

    def compare_with(self, timelines: Timelines) -> None:
        """Set the reference solutions' timelines beside the runs."""
        self._reference = timelines

    def of(self, exercise: str, check: str) -> Run:
        """Return the run of a check; an empty one if nothing was seen of it."""
        return self._runs.get((exercise, check), Run())

    def reference(self, exercise: str, check: str) -> list[Lane]:
        """Return the lanes of the reference solution in a check; none if they aren't known, or show something else."""
        recorded = self._reference.get(exercise)
        return recorded.lanes(check) if recorded is not None and self.of(exercise, check).comparable else []
