"""How much time a submission may cost that has to be ended again and again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grader.grading import Limits, WorkerPlayer
from grader.grading._conversation import Outcome
from grader.grading._entrants import Entrant
from grader.lab import call
from grader.lab.checks import Check
from grader.lab.exercises import Exercise
from grader.lab.observation import Observation
from grader.lab.playing import Submission, make_play
from grader.lab.seen import Ending

if TYPE_CHECKING:
    from pathlib import Path

    from grader.lab.playing import Play

LIMITS = Limits(call=0.4, cpu=0.2, suite=1.0)
BLOCKED = """
import ctypes
def run():
    ctypes.CDLL(None).pause()  # for real: the simulation knows nothing of it
"""
LOOPS = """
def run():
    while True:
        pass
"""
HONEST = """
def run():
    return 1
"""

pytestmark = pytest.mark.timeout(120)


def entrant(tmp_path: Path) -> Entrant:
    """A submission that has cost nothing so far."""
    return Entrant(Submission(Exercise("limits", "it"), tmp_path / "it.py"), "", Limits(call=10.0, cpu=3.0, suite=30.0))


@pytest.mark.parametrize(("patience", "spent"), [(1, 10.0), (3, 30.0)])
def test_a_run_that_is_blocked_costs_what_it_was_granted(tmp_path: Path, patience: int, spent: float) -> None:
    """A search through schedules is granted three times as much, so it costs three times as much."""
    found = entrant(tmp_path)
    found.charge(Outcome(ending=Ending("time")), patience)
    assert found.spent == spent


@pytest.mark.parametrize(("patience", "spent"), [(1, 3.0), (3, 9.0)])
def test_a_run_that_computes_costs_what_it_was_granted(tmp_path: Path, patience: int, spent: float) -> None:
    """The same for processor time."""
    found = entrant(tmp_path)
    found.charge(Outcome(Observation("runaway")), patience)
    assert found.spent == spent


def test_who_hangs_in_every_check_costs_one_suite_and_delays_nobody(tmp_path: Path) -> None:
    """With the time used up, further checks fail unperformed; who is judged beside that loses nothing."""
    player = WorkerPlayer(LIMITS, workers=1)
    checks = 6
    plays: dict[str, list[Play]] = {}
    try:
        for name, source in {"blocked": BLOCKED, "loops": LOOPS, "honest": HONEST}.items():
            file = tmp_path / f"{name}.py"
            file.write_text(source, encoding="utf-8")
            submission = Submission(Exercise("limits", name), file, name)
            check = Check("It ends", 1, 10, call("run"))
            plays[name] = [make_play(submission, f"test_{number}", check, 1, None) for number in range(checks)]
        player.schedule([play for found in plays.values() for play in found])
        seen = {name: [player.result(play) for play in found] for name, found in plays.items()}
    finally:
        player.close()
    assert [item.ending.how for item in seen["blocked"]] == ["time"] * 2 + ["budget"] * 4
    assert sum(item.ending.how == "budget" for item in seen["loops"]) >= 2  # of six that want 0.2 s each
    assert [item.observation.value for item in seen["honest"]] == [1] * checks
