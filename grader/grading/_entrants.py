"""One submission among those that are judged: whether it can be imported at all, and what is left of its time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from grader.lab import libraries

if TYPE_CHECKING:
    from grader.grading._conversation import Outcome
    from grader.grading.limits import Limits
    from grader.lab.playing import Play, Submission
    from grader.lab.seen import Seen

_LONG = 0.8
_IDLE = 0.02


@dataclass
class Entrant:
    """What is known of a submission while its plays are performed.

    Its time is counted in a way that doesn't depend on how busy the machine is: a run that had to be ended costs the
    limit that ended it, and one that came to an end by itself costs nothing, unless it was blocked for real for long.

    Attributes:
        submission: which.
        source: its file's text.
        limits: real-time limits.
        pace: seconds of its time that pass in a real one; 0: its time is simulated.
        loaded: the run that only imported it, once there has been one.
        load_losses: how often that run was lost.
        running: how many runs are under way.
        spent: seconds of its time that are used up.
        memory: the most memory that one of its runs has used, in bytes.
        suspect: a process that watches over workers was lost while it ran, so it runs alone from now on.
    """

    submission: Submission
    source: str
    limits: Limits
    pace: int = 0
    loaded: Seen | None = None
    load_losses: int = 0
    running: int = 0
    spent: float = 0.0
    memory: int = 0
    suspect: bool = False

    @property
    def lines(self) -> list[str]:
        """The file's lines, as Python counts them."""
        return re.split(r"\r\n|\r|\n", self.source)

    @cached_property
    def names_http(self) -> bool:
        """Whether its text refers to a library for HTTP."""
        return libraries.are_named_in(self.source.encode())

    def needs_http(self, play: Play) -> bool:
        """Tell whether a worker that performs `play` with it should have the libraries for HTTP."""
        return play.cast.has_api or self.names_http

    @property
    def troubled(self) -> bool:
        """Whether it has cost time, and may well do so again."""
        return self.spent > 0

    @property
    def loads(self) -> bool:
        """Whether it could be imported."""
        return (
            self.loaded is not None
            and self.loaded.ending.how == "answered"
            and self.loaded.observation.outcome == "returned"
        )

    def may_begin(self) -> bool:
        """Tell whether another run may begin now, beside those that are under way.

        A run begins only when its time is there whatever the others will cost, so that their order doesn't matter.
        """
        if self.running == 0:
            return True
        return self.loads and not self.troubled and self._affords(self.running + 1)

    def can_afford(self) -> bool:
        """Tell whether there is time for the runs that have begun."""
        return self._affords(self.running)

    def charge(self, outcome: Outcome, patience: int, *, processes: bool = False) -> None:
        """Take what a run has cost from its time.

        Args:
            outcome: what came of the run.
            patience: how many times the limits it was granted.
            processes: whether it had some of its own; such a run has no time too many for a busy machine.
        """
        self.memory = max(self.memory, outcome.memory)
        observation = outcome.observation
        if outcome.ending.how == "time":
            self.spent += patience * self.limits.call
        elif observation is not None and observation.outcome == "runaway":
            self.spent += patience * self.limits.cpu
        elif not processes and _was_blocked(outcome, self.limits):
            self.spent += min(outcome.seconds, self.limits.call)

    def _affords(self, runs: int) -> bool:
        return self.spent + runs * self.limits.call <= self.limits.suite


def _was_blocked(outcome: Outcome, limits: Limits) -> bool:
    """Tell whether a run that came to its end was blocked for nearly as long as it may be, and not just slow.

    On a machine that is busy, everything takes long in real time, also because of what another submission does.
    """
    blocked = outcome.seconds - outcome.crowded
    return blocked > _LONG * limits.call and outcome.cpu < _IDLE * outcome.seconds
