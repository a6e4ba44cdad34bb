"""Judging submissions: pytest runs the suites in this process, which no submission ever enters."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.lab.exercises import Course, Exercise
    from grader.lab.playing import Player, Submission
    from grader.lab.plugin import Judgement
    from grader.lab.seen import Measures


@dataclass
class Session:
    """What is to be judged, and how.

    Attributes:
        course: where the suites are.
        submissions: the submissions of each exercise.
        seed: of everything random.
        player: performs the plays.
        reference: the reference solution's figures for a check, if known.
        on_judgement: called with each verdict as it comes.
        checks: names of the only checks to run; empty means all.
        silent: whether what is printed in this process, such as pytest's own words, is thrown away.
    """

    course: Course
    submissions: dict[Exercise, list[Submission]]
    seed: int
    player: Player
    reference: Callable[[Exercise, str], Measures | None] = lambda _exercise, _name: None
    on_judgement: Callable[[Judgement], None] = lambda _judgement: None
    checks: frozenset[str] = frozenset()
    silent: bool = True


@dataclass
class Judged:
    """What came of a session.

    Attributes:
        judgements: every verdict, in the order of the suites.
        faults: what went wrong in the grader or its suites, as text.
        interrupted: whether somebody pressed Ctrl-C.
        missing: names of checks that were asked for and don't exist.
    """

    judgements: list[Judgement] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    interrupted: bool = False
    missing: list[str] = field(default_factory=list)


def judge(session: Session) -> Judged:
    """Run the suites over the submissions. Every check that was collected gets a verdict, unless it is interrupted.

    Raises:
        CannotJudgeError: no submission can be run at all.
    """
    from grader.grading._running import run  # noqa: PLC0415 - it brings pytest, while the workers' nursery starts

    judged = Judged()
    run(session, judged)
    return judged
