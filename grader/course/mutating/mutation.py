"""Whether every mutant is killed by a check, or recorded as equivalent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.course.mutating.equivalents import (
    EQUIVALENTS,
    CorruptEquivalentsError,
    Equivalent,
    as_record,
    read_equivalents,
)
from grader.course.mutating.judging import MutantJudge, Trial

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from grader.lab.exercises import Course, Exercise


@dataclass(frozen=True)
class Survivor:
    """A mutant that passed all checks.

    Attributes:
        trial: the mutant, and what it was made of.
        reason: why it may; empty if nobody says so.
    """

    trial: Trial
    reason: str = ""

    @property
    def record(self) -> list[str]:
        """The lines that would record it as equivalent, but for the reason."""
        entry = self.trial.entry
        return as_record(entry.exercise.id, entry.title, self.trial.mutant.fingerprint)


@dataclass
class Mutation:
    """What became of the mutants.

    Attributes:
        trials: every mutant, by exercise.
        survivors: those that passed all checks.
        problems: what is wrong with the record of equivalents, in words.
        faults: what could not be judged, in words.
    """

    trials: dict[Exercise, list[Trial]]
    survivors: list[Survivor]
    problems: list[str]
    faults: list[str]

    @property
    def unexplained(self) -> list[Survivor]:
        """The survivors that aren't recorded."""
        return [survivor for survivor in self.survivors if not survivor.reason]


def mutation(course: Course, exercises: Sequence[Exercise], progress: Callable[[int, int], None]) -> Mutation:
    """Make the mutants of all solutions and variants, judge them, and compare with what is recorded.

    Args:
        course: the course.
        exercises: which of its exercises.
        progress: called with how many mutants have been judged, and of how many.
    """
    judges = [MutantJudge(course, exercise) for exercise in exercises]
    total, done = sum(map(len, judges)), 0

    def judged(number: int) -> None:
        nonlocal done
        done += number
        progress(done, total)

    progress(done, total)
    trials = {one.exercise: one.trials(judged) for one in judges}
    faults = [fault for one in judges for fault in one.faults]
    try:
        recorded, problems = {record.key: record for record in read_equivalents(course)}, []
    except CorruptEquivalentsError as error:
        recorded, problems = {}, [str(error)]
    survivors = []
    for trial in (trial for found in trials.values() for trial in found if trial.fate == "survived"):
        record = recorded.pop((trial.entry.exercise.id, trial.entry.title, *trial.mutant.fingerprint.key), None)
        survivors.append(Survivor(trial, record.reason if record is not None else ""))
    if not faults:
        problems += _stale(course, [exercise.id for exercise in exercises], list(recorded.values()))
    return Mutation(trials, survivors, problems, faults)


def _stale(course: Course, judged: list[str], left: list[Equivalent]) -> list[str]:
    known = {exercise.id for exercise in course.exercises()}
    problems = []
    for record in left:
        if record.exercise not in known:
            problems.append(f"tests/{EQUIVALENTS} names {record.exercise}, which is no exercise")
        elif record.exercise in judged:
            problems.append(f"tests/{EQUIVALENTS} records what is no survivor, so take it out: {record.title}")
    return problems
