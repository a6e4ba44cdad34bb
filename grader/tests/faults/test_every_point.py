"""Processes that are killed, and systems that refuse, at every point of what the processes say to each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grader.cli import CANNOT_JUDGE, FAILED
from grader.tests.faults.conftest import VERDICTS

if TYPE_CHECKING:
    from grader.tests.faults.conftest import Played, Theatre

BY_SIGKILL = -9
BY_SIGNAL = 128
SIGNALS = {"SIGINT": 2, "SIGTERM": 15, "SIGHUP": 1}

pytestmark = pytest.mark.timeout(600)


def is_whole(played: Played) -> bool:
    """Tell whether a grading went as if nothing had happened."""
    return played.code == FAILED and played.verdicts == VERDICTS and played.report["faults"] == []


def blames_nobody(played: Played) -> bool:
    """Tell whether each verdict is what it would have been anyway, or an error."""
    return all(
        verdict in {VERDICTS[exercise][check], "error"}
        for exercise, found in played.verdicts.items()
        for check, verdict in found.items()
    )


def test_nothing_happens_without_a_fault(theatre: Theatre) -> None:
    """The theatre itself changes no verdict, and there are points of each kind to strike at."""
    played = theatre.play()
    assert is_whole(played)
    assert (played.struck, played.left, played.err) == (0, [], "")
    assert played.counts == theatre.points
    assert min(theatre.points.values()) > 0


@pytest.mark.parametrize("does", ["SIGKILL", "SIGTERM"])
def test_a_lost_nursery_costs_nothing(theatre: Theatre, does: str) -> None:
    """Another one is started, and what was running comes again."""
    for point, played in theatre.at_every_point("nursery", does):
        assert is_whole(played), (point, played)


def test_a_lost_slot_costs_nothing(theatre: Theatre) -> None:
    """Another one is opened, and what was running in it comes again."""
    for point, played in theatre.at_every_point("slot", "SIGKILL"):
        assert is_whole(played), (point, played)


@pytest.mark.parametrize(("does", "step"), [("SIGKILL", 1), ("SIGTERM", 4)])
def test_a_lost_worker_costs_nothing(theatre: Theatre, does: str, step: int) -> None:
    """A run that something from outside has ended comes again."""
    for point, played in theatre.at_every_point("worker", does, step=step):
        assert is_whole(played), (point, played)


@pytest.mark.parametrize(("at", "does", "step"), [("slot", "SIGTERM", 2), ("fork", "ENOMEM", 1), ("disk", "ENOSPC", 2)])
def test_what_fails_again_and_again_is_nobodys_failure(theatre: Theatre, at: str, does: str, step: int) -> None:
    """No verdict, or those made by then and errors for the rest; exit code 3, and the remedy."""
    for point, played in theatre.at_every_point(at, does, every=True, step=step):
        assert played.code == CANNOT_JUDGE, (point, played)
        assert blames_nobody(played), (point, played)
        told = " ".join((played.out + played.err).replace("│", "").split())
        assert "try again" in told or "TMPDIR" in told or "Is there memory left" in told, (point, played)
        assert told.count("Traceback") == 0, (point, played)
        assert played.err == "" or played.verdicts == {}, (point, played)


def test_verdicts_are_kept_when_nothing_goes_on(theatre: Theatre) -> None:
    """The checks that were performed before are in the report, with their points."""
    *_, (point, played) = theatre.at_every_point("fork", "ENOMEM", every=True, step=theatre.points["fork"] - 1)
    assert point == theatre.points["fork"]
    lost = {**VERDICTS["concurrency/fundamentals"], "test_end": "error"}
    assert played.verdicts == {**VERDICTS, "concurrency/fundamentals": lost}
    assert played.report["points"] == 16


@pytest.mark.parametrize(("at", "does"), [("fork", "ENOMEM"), ("disk", "ENOSPC")])
def test_what_fails_once_costs_nothing(theatre: Theatre, at: str, does: str) -> None:
    """A system that refuses once is asked again."""
    for point, played in theatre.at_every_point(at, does, step=3):
        assert is_whole(played), (point, played)


def test_nothing_survives_a_judge_that_is_killed(theatre: Theatre) -> None:
    """Its report is whole or absent, and every process and folder of it is gone."""
    for point, played in theatre.at_every_point("judge", "SIGKILL"):
        assert played.code == BY_SIGKILL, (point, played)
        assert played.verdicts in ({}, VERDICTS), (point, played)
    assert played.verdicts == VERDICTS


@pytest.mark.parametrize(
    ("does", "step"), [(("SIGINT", "SIGINT"), 1), (("SIGTERM", "SIGINT"), 4), (("SIGHUP", "SIGTERM"), 5)]
)
def test_whoever_stops_a_grading_keeps_what_was_judged(theatre: Theatre, does: tuple[str, ...], step: int) -> None:
    """Ctrl-C at any moment, also twice, and its like: what is printed is in the report, and the exit code tells who."""
    kept = []
    for point, played in theatre.at_every_point("judge", *does, step=step):
        assert played.code in {BY_SIGNAL + SIGNALS[signal] for signal in does}, (point, played)
        assert set(played.kept) <= {"report.json", "report.html"}, (point, played)
        assert set(played.verdicts) == played.shown, (point, played)
        assert played.verdicts == {exercise: VERDICTS[exercise] for exercise in played.shown}, (point, played)
        assert (played.out + played.err).count("Interrupted") == 1, (point, played)
        assert "Traceback" not in played.err, (point, played)
        kept.append(len(played.shown))
    assert kept == sorted(kept)
    assert {0, len(VERDICTS)} <= set(kept)
