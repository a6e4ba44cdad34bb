"""How long a worker may go on, by a clock and a process of the test's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

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
        family: how many processes it and those below it are.
    """

    now: float = 0.0
    used: float = 0.0
    computing: bool = False
    family: int = 1

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
    monkeypatch.setattr(_patience, "family", lambda _pid, _crowd: made.family)
    return made


def looks(
    world: World, patience: Patience, until: int, *, cpu: float = 0.0, judge: Literal["", "works", "has news"] = ""
) -> list[str]:
    """Look once a second; return what was to be done.

    Args:
        world: whose time passes.
        patience: what is asked.
        until: the time at which to look for the last time.
        cpu: how much processor time the worker uses in each second.
        judge: whether it works and doesn't answer when it is consulted, or answers at once, each time with news.
    """
    told: list[str] = []
    while world.now < until:
        world.now += 1
        world.used += cpu
        told.append(patience.look())
        if told[-1] == "consult" and judge != "works":
            patience.heard(news=judge == "has news")
    return told


def test_who_is_blocked_is_asked_at_the_limit(world: World) -> None:
    """What it computed or said at its beginning doesn't count any more."""
    patience = Patience(1, 10.0, 3.0)
    world.used = 0.2
    assert looks(world, patience, 8, judge="has news") == ["wait"] * 7 + ["consult"]
    assert looks(world, patience, 11) == ["wait", "consult", "ask"]
    assert patience.limit == "time"


def test_who_waits_for_a_busy_judge_is_not_blocked(world: World) -> None:
    """As long as the judge owes it an answer, the clock stands still; after that, it has the rest of its time."""
    patience = Patience(1, 10.0, 3.0)
    assert looks(world, patience, 40, judge="works") == ["wait"] * 7 + ["consult"] + ["wait"] * 32
    patience.heard(news=False)
    assert looks(world, patience, 43) == ["wait", "consult", "ask"]


def test_who_has_said_something_is_not_blocked(world: World) -> None:
    """It may use next to no processor time for that, and wait for the answer whenever anybody looks."""
    patience = Patience(1, 10.0, 3.0)
    assert looks(world, patience, 20, judge="has news").count("consult") == 7
    assert looks(world, patience, 23) == ["wait", "consult", "ask"]


def test_who_computes_while_the_judge_is_consulted_is_not_blocked(world: World) -> None:
    """What counts is how it was before: what it says meanwhile, the judge doesn't know of yet."""
    patience = Patience(1, 10.0, 3.0)
    looks(world, patience, 9)
    world.computing = True
    assert looks(world, patience, 10, judge="works") == ["consult"]
    world.computing = False
    patience.heard(news=False)
    assert looks(world, patience, 13) == ["wait", "consult", "ask"]


def test_an_answer_that_nobody_waits_for_gives_no_time(world: World) -> None:
    """The judge's word counts once for each time that it is consulted."""
    patience = Patience(1, 10.0, 3.0)
    patience.heard(news=True)
    assert looks(world, patience, 9)[-2:] == ["consult", "wait"]
    patience.heard(news=True)
    assert looks(world, patience, 11) == ["consult", "ask"]


def test_who_computes_gets_more_time(world: World) -> None:
    """A worker that computes a little now and then isn't blocked, though it waits whenever anybody looks."""
    patience = Patience(1, 10.0, 3.0)
    assert looks(world, patience, 20, cpu=0.01).count("consult") == 7
    assert patience.limit == ""


def test_who_waits_for_a_processor_gets_more_time(world: World) -> None:
    """It would compute if it could."""
    patience = Patience(1, 10.0, 3.0)
    world.computing = True
    assert looks(world, patience, 20).count("consult") == 7
    world.computing = False
    assert looks(world, patience, 23) == ["wait", "consult", "ask"]


@pytest.mark.parametrize("judge", ["", "works", "has news"])
def test_nobody_gets_time_without_end(world: World, judge: Literal["", "works", "has news"]) -> None:
    """After six times the limit whoever goes on like that is asked all the same, whatever the judge does."""
    patience = Patience(1, 10.0, 3.0)
    assert "ask" not in looks(world, patience, 59, cpu=0.01, judge=judge)
    assert "ask" in looks(world, patience, 64, cpu=0.01, judge=judge)


def test_a_crowd_gets_no_time(world: World) -> None:
    """It is itself what keeps the machine busy, whatever it does meanwhile."""
    patience = Patience(1, 10.0, 3.0)
    world.family, world.computing = 101, True
    assert looks(world, patience, 11, cpu=0.01, judge="has news") == ["wait"] * 7 + [
        "consult",
        "wait",
        "consult",
        "ask",
    ]
