"""One run of one check's scenario with one submission, and whoever can perform it."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from grader.lab.scenario import Cast, cast
from grader.lab.witness import Witness

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from grader.lab.checks import Check
    from grader.lab.exercises import Exercise
    from grader.lab.seen import Measures, Seen


@dataclass(frozen=True, slots=True)
class Submission:
    """One file that is judged as an exercise.

    Attributes:
        exercise: which exercise it claims to solve.
        file: where it is.
        label: tells it apart from others that are judged in the same run; empty if it is the only one.
    """

    exercise: Exercise
    file: Path
    label: str = ""


@dataclass(frozen=True)
class Play:
    """A check's scenario, cast for one submission.

    Attributes:
        submission: whose code runs.
        name: the check's function name.
        check: what is checked.
        cast: the scenario's random parts.
        witness: records what happens in this run.
        reference: the reference solution's figures, if known.
    """

    submission: Submission
    name: str
    check: Check
    cast: Cast
    witness: Witness = field(compare=False)
    reference: Measures | None = None


def make_play(submission: Submission, name: str, check: Check, seed: int, reference: Measures | None) -> Play:
    """Cast a check's scenario; the same seed gives the same random parts to every submission."""
    rng = random.Random(f"{seed} {submission.exercise.id} {name}")  # noqa: S311 - repeatable on purpose; see `seed`
    made = cast(check.scenario, rng)
    return Play(submission, name, check, made, Witness(made.payloads), reference)


class Player(Protocol):
    """Performs plays."""

    def schedule(self, plays: Sequence[Play]) -> None:
        """Announce what will be asked for, so that it can be performed ahead of time."""

    def first_done(self, groups: Sequence[Sequence[Play]]) -> int:
        """Say which group of plays to ask for next, so that nobody waits for a slow one while others are done.

        Raises:
            CannotJudgeError: nothing can be performed at all.
        """

    def result(self, play: Play) -> Seen:
        """Perform `play`, or wait until it has been performed.

        Raises:
            CannotJudgeError: the grader itself is at fault.
        """

    def close(self) -> None:
        """Stop everything."""
