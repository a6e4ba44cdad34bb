"""One run of one check's scenario with one submission, and whoever can perform it."""

from __future__ import annotations

import os
import random
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from grader.lab.exercises import PACKAGE
from grader.lab.failure import CannotJudgeError, Failure, FailureData
from grader.lab.loading import unloaded_afterwards
from grader.lab.performing import perform
from grader.lab.processes.quiet import own_family
from grader.lab.processes.reality import ask_main_thread
from grader.lab.processes.rendezvous import Rendezvous
from grader.lab.scenario import Cast, cast
from grader.lab.seen import Ending, Measures, Seen
from grader.lab.witness import Witness

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.lab.checks import Check
    from grader.lab.exercises import Exercise
    from grader.lab.observation import Observation


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


class InProcessPlayer:
    """Performs plays right here, where breakpoints work. It proves nothing: the submission could change everything."""

    def schedule(self, plays: Sequence[Play]) -> None:
        """Do nothing: each play is performed when it is asked for."""

    def first_done(self, groups: Sequence[Sequence[Play]]) -> int:  # noqa: ARG002 - as the protocol has it
        """Return the first."""
        return 0

    def result(self, play: Play) -> Seen:
        """Perform `play` in this process.

        Raises:
            Failure: there is no file to perform it with.
            CannotJudgeError: there is one, and it can't be read.
        """
        module = play.submission.exercise.module
        source = _lines(play.submission)
        with unloaded_afterwards(module):
            observation = _performed(play, module)
        return Seen(
            play.check.scenario,
            play.cast,
            play.witness,
            observation,
            Ending("answered"),
            source,
            reference=play.reference,
            loads=observation.outcome != "unloadable",
        )

    def close(self) -> None:
        """Do nothing."""


def _performed(play: Play, module: str) -> Observation:
    if play.check.scenario.processes is None:
        return perform(play.cast.request, module, play.submission.file, play.witness)
    rendezvous = Rendezvous(play.cast, play.witness)
    with (
        tempfile.TemporaryDirectory(prefix="grader-") as folder,
        rendezvous.opened(Path(folder), own_family(os.getpid()), ask_main_thread) as request,
    ):
        observation = perform(request, module, play.submission.file, play.witness)
    return rendezvous.observed(observation)


def _lines(submission: Submission) -> list[str]:
    shown = f"{PACKAGE}/{submission.exercise.file}"
    try:
        return submission.file.read_bytes().decode("utf-8", "replace").splitlines()
    except FileNotFoundError:
        verdict = f"{shown} is missing. Put the file back: its name and place must stay as they were handed out."
    except OSError as error:
        msg = f"{shown} can't be read: {error.strerror}. Check its permissions, and those of its folder."
        raise CannotJudgeError(msg) from None
    raise Failure(FailureData(verdict=verdict, kind="unloadable"))
