"""One attempt at a play: importing the submission first, and telling what is certain from what is not."""

from __future__ import annotations

import errno
import os
import signal
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from grader.grading._conversation import OUTPUT_LIMIT, Outcome, SlotLostError
from grader.grading._supervising import Job
from grader.lab import CannotJudgeError
from grader.lab.exercises import PACKAGE
from grader.lab.observation import Observation, Raised
from grader.lab.processes.rendezvous import Rendezvous
from grader.lab.seen import Ending, Seen
from grader.lab.witness import Witness

if TYPE_CHECKING:
    from typing import Any

    from grader.grading._entrants import Entrant
    from grader.grading._supervising import Slot
    from grader.lab.playing import Play

_EVENTLESS = Observation("returned")
_OUTPUT_SHOWN = 2_000
_SEARCH_PATIENCE = 3
"""How much longer a search through the schedules may take: it runs the program up to thousands of times."""

_LOADING: dict[str, Any] = {"function": "", "arguments": [], "options": {}}
_LOST = (
    "A process that watches over programs was ended before the program had begun: by somebody, or because this machine "
    "has no memory left. Try again."
)
_FROM_OUTSIDE = {getattr(signal, name) for name in ("SIGKILL", "SIGTERM", "SIGHUP") if hasattr(signal, name)}
"""What ends a program without any doing of its own, such as when memory is short, or a machine is shut down."""
_SHORTAGES = ("can't start new thread", os.strerror(errno.EAGAIN), os.strerror(errno.ENOSPC))


class DoubtfulError(Exception):
    """What came of a run may be the doing of somebody else: of another run, of the system or of a person.

    Attributes:
        outcome: what came of it.
        fault: the grader's own failure, if there was one.
    """

    def __init__(self, outcome: Outcome | None = None, fault: CannotJudgeError | None = None) -> None:
        """Take what came of the run."""
        super().__init__()
        self.outcome = outcome or Outcome()
        self.fault = fault


def attempt(slot: Slot, entrant: Entrant, play: Play, *, alone: bool) -> Seen:
    """Perform a play with a submission.

    Args:
        slot: where.
        entrant: the submission.
        play: the play.
        alone: whether nothing else runs meanwhile.

    Raises:
        DoubtfulError: nothing is certain yet.
    """
    outcome = None
    if entrant.loaded is None:
        if not entrant.suspect:
            outcome = _play(slot, entrant, play)
        if outcome is not None and _has_loaded(outcome):
            entrant.loaded = seen(entrant, play, Outcome(_EVENTLESS))
        else:
            _load(slot, entrant, play, alone=alone)
    if entrant.loaded is not None and not entrant.loads:
        play.witness.forget()
        return replace(
            entrant.loaded,
            scenario=play.check.scenario,
            cast=play.cast,
            witness=play.witness,
            reference=play.reference,
            loads=False,
        )
    if outcome is None:
        if not entrant.can_afford():
            return seen(entrant, play, Outcome(ending=Ending("budget", why=f"{entrant.limits.suite:g} s")))
        outcome = _play(slot, entrant, play)
    return seen(entrant, play, outcome)


def _play(slot: Slot, entrant: Entrant, play: Play) -> Outcome:
    rendezvous = None if play.check.scenario.processes is None else Rendezvous(play.cast, play.witness)
    job = _job(entrant, play.cast.request, http=entrant.needs_http(play))
    return _run(slot, entrant, job, play.witness, rendezvous)


def _has_loaded(outcome: Outcome) -> bool:
    """Tell whether a run got as far as its scenario, so that the file can be imported."""
    observation = outcome.observation
    return (
        outcome.ending.how == "answered"
        and observation is not None
        and observation.outcome in {"returned", "raised", "missing"}
    )


def seen(entrant: Entrant, play: Play, outcome: Outcome) -> Seen:
    """Put together what expectations judge."""
    return Seen(
        play.check.scenario,
        play.cast,
        play.witness,
        outcome.observation or _EVENTLESS,
        outcome.ending,
        entrant.lines,
        outcome.output[-_OUTPUT_SHOWN:].decode("utf-8", "replace"),
        play.reference,
        flooded=len(outcome.output) >= OUTPUT_LIMIT,
    )


def _load(slot: Slot, entrant: Entrant, play: Play, *, alone: bool) -> None:
    """Import the file by itself, so that what is wrong with the whole file is said once."""
    try:
        outcome = _run(slot, entrant, _job(entrant, _LOADING, http=entrant.names_http), Witness({}))
    except DoubtfulError as doubtful:
        entrant.load_losses += 1
        if not alone or entrant.load_losses == 1 or doubtful.fault is not None:
            raise
        outcome = doubtful.outcome
    entrant.loaded = seen(entrant, play, outcome)


def _job(entrant: Entrant, request: dict[str, Any], *, http: bool) -> Job:
    exercise, limits, patience = entrant.submission.exercise, entrant.limits, _patience(request)
    return Job(
        request=request,
        module=exercise.module,
        place=f"{PACKAGE}/{exercise.file}",
        source=entrant.source,
        wall_seconds=patience * limits.call,
        cpu_seconds=patience * limits.cpu,
        pace=entrant.pace,
        http=http,
    )


def _patience(request: dict[str, Any]) -> int:
    return _SEARCH_PATIENCE if "exploring" in request else 1


def _run(slot: Slot, entrant: Entrant, job: Job, witness: Witness, rendezvous: Rendezvous | None = None) -> Outcome:
    began = time.monotonic()
    try:
        outcome = slot.perform(job, witness, rendezvous)
    except SlotLostError as lost:
        if not lost.begun:
            raise DoubtfulError(fault=CannotJudgeError(_LOST)) from None
        outcome = Outcome(ending=Ending("lost"), seconds=time.monotonic() - began)
    except CannotJudgeError as error:
        raise DoubtfulError(fault=error) from None
    entrant.charge(outcome, _patience(job.request), processes=rendezvous is not None)
    if _is_doubtful(outcome):
        raise DoubtfulError(outcome)
    return outcome


def _is_doubtful(outcome: Outcome) -> bool:
    ending, observation = outcome.ending, outcome.observation
    if ending.how == "lost" or (ending.how == "killed" and ending.code in _FROM_OUTSIDE):
        return True
    # The limit on processes counts all that the user has, also those that another run starts without end.
    return observation is not None and observation.error is not None and _is_short(observation.error)


def _is_short(error: Raised) -> bool:
    return any(words in error.text for words in _SHORTAGES) or any(map(_is_short, error.inner))
