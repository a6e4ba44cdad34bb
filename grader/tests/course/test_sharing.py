"""What several checks look at is performed once for all of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.course.sharing import SharingPlayer
from grader.lab import CannotJudgeError, call, job, jobs
from grader.lab.checks import Check
from grader.lab.exercises import Exercise
from grader.lab.failure import Failure, FailureData
from grader.lab.observation import Observation
from grader.lab.playing import Submission, make_play
from grader.lab.seen import Ending, Measures, Seen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.lab.playing import Play

EXERCISE = Exercise("concurrency", "fundamentals")
ONE, OTHER = (Submission(EXERCISE, Path(f"{name}.py"), name) for name in ("one", "other"))
COMMON, ALONE = call("run", jobs(job(1))), call("run", jobs(job(2)))


class Performer:
    """Notes what it is asked to perform; what comes of it is a run, or this error."""

    def __init__(self, error: Exception | None = None) -> None:
        self.scheduled: list[Play] = []
        self.performed: list[Play] = []
        self.groups: list[list[Play]] = []
        self.closed = False
        self._error = error

    def schedule(self, plays: Sequence[Play]) -> None:
        """Note them."""
        self.scheduled += plays

    def first_done(self, groups: Sequence[Sequence[Play]]) -> int:
        """Note them; say that the second is done."""
        self.groups = [list(group) for group in groups]
        return 1

    def result(self, play: Play) -> Seen:
        """Note it, and return what was seen."""
        self.performed.append(play)
        if self._error is not None:
            raise self._error
        return Seen(play.check.scenario, play.cast, play.witness, Observation("returned"), Ending("answered"))

    def close(self) -> None:
        """Note it."""
        self.closed = True


def the_plays() -> list[Play]:
    """Make the plays of three checks with two submissions; the first and the third check use the same scenario."""
    checks = {"first": COMMON, "second": ALONE, "third": COMMON}
    return [
        make_play(submission, name, Check(name, 1, 1, scenario), 1, Measures(float(number), 1))
        for submission in (ONE, OTHER)
        for number, (name, scenario) in enumerate(checks.items())
    ]


def test_plays_of_one_scenario_are_performed_once_for_each_submission() -> None:
    """The others get what was seen, beside figures of their own."""
    performer, plays = Performer(), the_plays()
    player = SharingPlayer(performer)
    player.schedule(plays)
    assert performer.scheduled == [plays[0], plays[1], plays[3], plays[4]]
    seen = [player.result(play) for play in plays]
    assert performer.performed == performer.scheduled
    assert [one.witness for one in seen] == [plays[number].witness for number in (0, 1, 0, 3, 4, 3)]
    assert [one.reference for one in seen] == [play.reference for play in plays]


def test_groups_wait_for_what_is_performed() -> None:
    """Whoever looks at what another one has asked for waits for that."""
    performer, plays = Performer(), the_plays()
    player = SharingPlayer(performer)
    player.schedule(plays)
    assert player.first_done([plays[:3], plays[5:]]) == 1
    assert performer.groups == [[plays[0], plays[1], plays[0]], [plays[3]]]
    player.close()
    assert performer.closed


@pytest.mark.parametrize(
    "error", [Failure(FailureData(verdict="no")), CannotJudgeError("no")], ids=["failure", "fault"]
)
def test_whoever_shares_a_run_shares_that_there_was_none(error: Exception) -> None:
    """Each of the checks fails, and nothing is tried again."""
    performer, plays = Performer(error), the_plays()
    player = SharingPlayer(performer)
    player.schedule(plays)
    for play in (plays[0], plays[2]):
        with pytest.raises(type(error)):
            player.result(play)
    assert performer.performed == [plays[0]]
