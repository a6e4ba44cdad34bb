"""Performing plays in the judge's own process.

Whoever needs it imports it: it brings the simulation and the libraries of the mock API.
"""

from __future__ import annotations

import gc
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from grader.lab.exercises import PACKAGE
from grader.lab.failure import CannotJudgeError, Failure, FailureData
from grader.lab.garbage import set_apart
from grader.lab.loading import unloaded_afterwards
from grader.lab.mock_api.api import load_libraries
from grader.lab.performing import perform
from grader.lab.processes.quiet import own_family
from grader.lab.processes.reality import ask_main_thread
from grader.lab.processes.rendezvous import Rendezvous
from grader.lab.seen import Ending, Seen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.lab.observation import Observation
    from grader.lab.playing import Play, Submission


class InProcessPlayer:
    """Performs plays right here, where breakpoints work. It proves nothing: the submission could change everything."""

    def __init__(self) -> None:
        """Make a player, with all libraries loaded before the first submission is."""
        load_libraries()

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
        with unloaded_afterwards(module), set_apart():
            observation = _performed(play, module)
            gc.collect()  # so that what this program leaves doesn't come to its end amid another
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
    except IsADirectoryError:
        verdict = f"{shown} can't be read: it is a folder. Put the file in its place."
    except OSError as error:
        msg = f"{shown} can't be read: {error.strerror}. Check its permissions, and those of its folder."
        raise CannotJudgeError(msg) from None
    raise Failure(FailureData(verdict=verdict, kind="unloadable"))
