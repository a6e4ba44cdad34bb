"""In which order suites are judged, and what is waited for before."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.grading.judging import Session, judge
from grader.lab import CannotJudgeError
from grader.lab.exercises import Course
from grader.lab.in_process import InProcessPlayer
from grader.lab.playing import Submission

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.lab.playing import Play
    from grader.lab.seen import Seen

COURSE = Course(Path(__file__).parent / "course")
ALL = ["concurrency/fundamentals", "concurrency/http_api", "asynchronous/fundamentals"]


class Waiter:
    """Performs in this process, says that the last suite is done, and notes what it is asked to wait for."""

    def __init__(self, *, works: bool = True) -> None:
        self._performer = InProcessPlayer()
        self._works = works
        self.waits: list[list[str]] = []

    def schedule(self, plays: Sequence[Play]) -> None:
        """Pass on."""
        self._performer.schedule(plays)

    def first_done(self, groups: Sequence[Sequence[Play]]) -> int:
        """Note the exercises; choose the last of them."""
        self.waits.append([group[0].submission.exercise.id for group in groups])
        if not self._works:
            msg = "no worker can be started"
            raise CannotJudgeError(msg)
        return len(groups) - 1

    def result(self, play: Play) -> Seen:
        """Pass on."""
        return self._performer.result(play)

    def close(self) -> None:
        """Pass on."""
        self._performer.close()


def judged_by(player: Waiter, names: list[str]) -> list[str]:
    """Judge these exercises of the course; return them in the order in which they were judged."""
    exercises = COURSE.select(names)
    submissions = {exercise: [Submission(exercise, COURSE.root / "honest" / exercise.file)] for exercise in exercises}
    judged = judge(Session(COURSE, submissions, 1, player))
    assert judged.faults == []
    return list(dict.fromkeys(judgement.play.submission.exercise.id for judgement in judged.judgements))


def test_a_suite_is_judged_when_its_runs_are_done() -> None:
    """Whichever is done comes next; nobody has to wait for the last one, which is judged while it still runs."""
    player = Waiter()
    assert judged_by(player, ALL) == list(reversed(ALL))
    assert player.waits == [ALL, ALL[:2]]


def test_the_only_suite_is_waited_for() -> None:
    """Whether programs can be run at all is known before the first verdict, also where there is one suite."""
    player = Waiter()
    assert judged_by(player, ALL[:1]) == ALL[:1]
    assert player.waits == [ALL[:1]]
    with pytest.raises(CannotJudgeError):
        judged_by(Waiter(works=False), ALL[:1])
