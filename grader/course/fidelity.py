"""Fidelity: the same scenarios on the simulated and on the real clock, for every program that is right.

A simulation is only worth what it says about reality. This is a report and no test: a real clock measures the machine
as well, and how busy it is.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from grader.course.corpus import Entry, corpus
from grader.course.verifying import SEED, judge_entries
from grader.grading import Limits, WorkerPlayer
from grader.lab import CannotJudgeError, Failure
from grader.lab.playing import Play, make_play

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grader.grading import Judged
    from grader.lab.exercises import Course, Exercise
    from grader.lab.plugin import Judgement
    from grader.lab.seen import Seen

PACE = 20
"""How many seconds of a program pass in a real one."""

SLOW_PACE = 4
"""The same for what differs and is measured again: what the machine itself takes counts less then."""

TOLERANCE = 0.15
"""How much of a makespan the real one may differ and still agrees."""

SHORTEST = 1.0
"""Seconds. A shorter makespan may differ by as much as one of this length."""

_OVERHEAD_SECONDS = 10.0
_ROUNDED_BY_AIOHTTP = 5


@dataclass(frozen=True, slots=True)
class Makespan:
    """One run of a program for one check on one clock.

    Attributes:
        seconds: from call to return, in the program's own time.
        peak: the most jobs or requests at once.
        how: ``returned`` or ``raised``.
    """

    seconds: float
    peak: int
    how: str


@dataclass(slots=True)
class Comparison:
    """One program and one check on both clocks.

    Attributes:
        entry: the program.
        check: the check's function name.
        simulated: in the simulation; None if it didn't come to an end there.
        real: on the real clock; None if it wasn't run, or didn't come to an end.
        elsewhere: why this scenario isn't performed on the real clock; empty if it is.
        note: why there is no makespan or why they differ, as far as that is known.
    """

    entry: Entry
    check: str
    simulated: Makespan | None = None
    real: Makespan | None = None
    elsewhere: str = ""
    note: str = ""

    @property
    def difference(self) -> float | None:
        """How much longer it took on the real clock, as a part of the simulated makespan."""
        if self.simulated is None or self.real is None:
            return None
        return (self.real.seconds - self.simulated.seconds) / max(self.simulated.seconds, SHORTEST)

    @property
    def agrees(self) -> bool:
        """Whether both runs ended in the same way after about the same time."""
        if self.simulated is None or self.real is None or self.difference is None:
            return False
        return self.simulated.how == self.real.how and abs(self.difference) <= TOLERANCE


@dataclass
class Fidelity:
    """What came of an exercise.

    Attributes:
        exercise: which.
        comparisons: every program and check.
        faults: what went wrong in the grader itself.
    """

    exercise: Exercise
    comparisons: list[Comparison] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def compare_clocks(
    course: Course, exercises: list[Exercise], on_run: Callable[[str], None] = lambda _: None
) -> Iterator[Fidelity]:
    """Perform each check's scenario with each reference solution and variant on both clocks.

    Args:
        course: the course.
        exercises: which of its exercises.
        on_run: called before each run on the real clock, and after each in the simulation, with what goes on.

    Yields:
        The exercises, each as soon as it is done.

    Raises:
        KeyboardInterrupt: Ctrl-C.
    """
    entries = {
        exercise: [entry for entry in corpus(course, exercise) if entry.kind in {"solution", "variant"}]
        for exercise in exercises
    }
    told = itertools.count(1)
    judged = judge_entries(course, entries, lambda _: on_run(f"in the simulation: {next(told)}"))
    if judged.interrupted:
        raise KeyboardInterrupt
    for number, exercise in enumerate(exercises):
        found = Fidelity(exercise, faults=list(judged.faults) if number == 0 else [])
        _compare(entries[exercise], _of(exercise, judged), found, on_run)
        yield found


def _of(exercise: Exercise, judged: Judged) -> dict[str, list[Judgement]]:
    """Return the judgements on an exercise by their submission's label."""
    by_label: dict[str, list[Judgement]] = defaultdict(list)
    for judgement in judged.judgements:
        if judgement.play.submission.exercise == exercise:
            by_label[judgement.play.submission.label].append(judgement)
    return by_label


def _compare(
    entries: list[Entry], judgements: dict[str, list[Judgement]], found: Fidelity, on_run: Callable[[str], None]
) -> None:
    plays: list[tuple[Comparison, Play]] = []
    for entry in entries:
        for judgement in judgements[entry.label]:
            comparison = Comparison(entry, judgement.play.name, _makespan(judgement.seen))
            found.comparisons.append(comparison)
            comparison.elsewhere = judgement.play.check.scenario.simulated_only
            if comparison.simulated is None:
                comparison.note = f"in the simulation, {_ending(judgement.seen) or judgement.reason}"
            elif not comparison.elsewhere:
                plays.append((comparison, judgement.play))
    _perform(plays, PACE, found, on_run)
    _perform([(comparison, play) for comparison, play in plays if _differs(comparison)], SLOW_PACE, found, on_run)


def _differs(comparison: Comparison) -> bool:
    return comparison.real is not None and not comparison.agrees


def _perform(plays: list[tuple[Comparison, Play]], pace: int, found: Fidelity, on_run: Callable[[str], None]) -> None:
    """Perform plays on the real clock, one after another, so that none disturbs another."""
    if not plays:
        return
    longest = max(comparison.simulated.seconds for comparison, _ in plays if comparison.simulated is not None)
    call = _OVERHEAD_SECONDS + 2 * longest / pace
    player = WorkerPlayer(Limits(call=call, suite=3 * call), workers=1, pace=pace)
    # The same seed: the same scenario with the same random parts.
    repeats = [make_play(play.submission, play.name, play.check, SEED, None) for _, play in plays]
    try:
        player.schedule(repeats)
        for number, ((comparison, _), play) in enumerate(zip(plays, repeats, strict=True), 1):
            on_run(f"on the real clock, {pace} times as fast: {found.exercise.id}, {number} of {len(plays)}")
            try:
                seen = player.result(play)
            except CannotJudgeError as error:
                found.faults.append(f"{found.exercise.id} {comparison.entry.title}: {comparison.check}: {error}")
                comparison.note = "the grader failed"
                continue
            except Failure as failure:
                comparison.note = failure.data.verdict
                continue
            comparison.real = _makespan(seen)
            comparison.note = _note(comparison, seen)
    finally:
        player.close()


def _makespan(seen: Seen | None) -> Makespan | None:
    """Return the makespan of a call that came to its end."""
    if seen is None or not seen.ended:
        return None
    return Makespan(seen.seconds, seen.peak, seen.observation.outcome)


def _note(comparison: Comparison, seen: Seen) -> str:
    if comparison.real is None:
        return _ending(seen)
    if comparison.agrees or comparison.simulated is None:
        return ""
    if comparison.simulated.how != comparison.real.how:
        error = seen.observation.error
        text = f" {error.kind}: {error.text}" if error is not None else ""
        return f"it {comparison.real.how}{text} here, and {comparison.simulated.how} in the simulation"
    if _was_rounded_up(seen) and 0 < comparison.real.seconds - comparison.simulated.seconds <= 1 + TOLERANCE:
        return "aiohttp rounds time-outs of 5 s and more up to a whole second of the loop's clock"
    return ""


def _was_rounded_up(seen: Seen) -> bool:
    """Tell whether a request was given up after a time-out that aiohttp rounds up."""
    for entry in seen.witness.entries:
        if entry.kind == "abandon" and entry.details.get("why") == "timed out":
            details = seen.witness.details(entry.key)
            timeout = details.get("timeout")
            if details.get("door") == "aiohttp" and isinstance(timeout, (int, float)):
                return timeout >= _ROUNDED_BY_AIOHTTP
    return False


def _ending(seen: Seen | None) -> str:
    """Say in words how a run ended that has no makespan."""
    if seen is None:
        return ""
    ending, observation = seen.ending, seen.observation
    if ending.how == "time":
        return f"it had not ended after {ending.why} of real time"
    if ending.how != "answered":
        return f"it ended without an answer ({ending.how})"
    if observation.stop is not None:
        return f"it was stopped ({observation.stop.reason})"
    error = f": {observation.error.kind}: {observation.error.text}" if observation.error is not None else ""
    return f"it did not come to its end ({observation.outcome}{error})"
