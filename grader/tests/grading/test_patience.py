"""How long a worker may go on, by a clock and a process of the test's own."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from grader.grading import _patience
from grader.grading._patience import Patience


@dataclass
class World:
    """The time, and the worker.

    Attributes:
        now: seconds.
        used: processor time that the worker has used.
        computing: whether it runs, or waits for a processor, at the moment.
    """

    now: float = 0.0
    used: float = 0.0
    computing: bool = False

    def monotonic(self) -> float:
        """Return the time."""
        return self.now


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    """A worker that does nothing."""
    made = World()
    monkeypatch.setattr(_patience, "time", made)
    monkeypatch.setattr(_patience, "used_by", lambda _pid: made.used)
    monkeypatch.setattr(_patience, "is_computing", lambda _pid: made.computing)
    monkeypatch.setattr(_patience, "family", lambda _pid, _crowd: 1)
    return made


def looks(world: World, patience: Patience, until: int, cpu: float = 0.0) -> list[str]:
    """Look once a second; return what was to be done. The worker uses so much processor time in each."""
    told: list[str] = []
    while world.now < until:
        world.now += 1
        world.used += cpu
        told.append(patience.look())
    return told


def test_who_is_blocked_is_asked_at_the_limit(world: World) -> None:
    """What it computed at its beginning doesn't count any more."""
    patience = Patience(1, 10.0, 3.0)
    world.used = 0.2
    assert looks(world, patience, 10) == ["wait"] * 9 + ["ask"]
    assert patience.limit == "time"


def test_who_waits_for_a_busy_judge_gets_more_time(world: World) -> None:
    """A worker that computes a little now and then isn't blocked, though it waits whenever anybody looks."""
    patience = Patience(1, 10.0, 3.0)
    assert looks(world, patience, 20, cpu=0.01).count("more") == 6
    assert patience.limit == ""


def test_nobody_gets_time_without_end(world: World) -> None:
    """After six times the limit whoever goes on like that is asked all the same."""
    patience = Patience(1, 10.0, 3.0)
    assert "ask" not in looks(world, patience, 59, cpu=0.01)
    assert "ask" in looks(world, patience, 64, cpu=0.01)
