"""What a run costs its submission of its time."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.grading._conversation import Outcome
from grader.grading._entrants import Entrant
from grader.grading.limits import Limits
from grader.lab.exercises import Exercise
from grader.lab.playing import Submission


@pytest.mark.parametrize(
    ("outcome", "spent"),
    [
        (Outcome(seconds=9.9, cpu=0.01), 9.9),
        (Outcome(seconds=9.9, cpu=0.01, crowded=9.8), 0.0),
        (Outcome(seconds=9.9, cpu=0.01, crowded=1.0), 9.9),
        (Outcome(seconds=9.9, cpu=2.0), 0.0),
        (Outcome(seconds=1.0, cpu=0.01), 0.0),
    ],
    ids=["blocked", "kept waiting by others", "blocked, on a machine in use", "busy", "quick"],
)
def test_who_is_kept_waiting_by_others_is_not_blocked(outcome: Outcome, spent: float) -> None:
    """A run that was blocked for long costs its time; one that had to wait for a processor costs nothing."""
    entrant = Entrant(Submission(Exercise("concurrency", "fundamentals"), Path("x.py")), "", Limits())
    entrant.charge(outcome, patience=1)
    assert entrant.spent == spent
