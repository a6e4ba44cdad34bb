"""Submissions that try to get points, to harm others or to leave something behind; `nox -s attacks` runs them."""

from __future__ import annotations

import json
import os
import re
import unicodedata
from typing import TYPE_CHECKING

import pytest

from grader.tests.attacks.corpus import DEFAULT, Attack, attacks
from grader.tests.attacks.world import HONEST, SECRET, Aftermath, World

if TYPE_CHECKING:
    from grader.grading import ExerciseResult, Report

ATTACKS = attacks()
CROWD = {"filling", "signalling", "staying"}
MOST_TERMINAL = 64 << 10
MOST_JSON = 2 << 20

pytestmark = [pytest.mark.attack, pytest.mark.timeout(240)]


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Where all attacks are graded, one after another."""
    return World(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="session")
def alone(world: World) -> Report:
    """The honest exercise's report, when nothing hostile is near it."""
    return world.grade_alone()


@pytest.fixture(scope="module", params=ATTACKS, ids=lambda attack: attack.name)
def attack(request: pytest.FixtureRequest) -> Attack:
    """One attack after another."""
    found: Attack = request.param
    return found


@pytest.fixture(scope="module")
def aftermath(world: World, alone: Report, attack: Attack) -> Aftermath:
    """What came of it."""
    return world.grade(attack)


def of(report: Report, exercise: str) -> ExerciseResult:
    """Return one exercise's result."""
    return next(result for result in report.exercises if result.id == exercise)


def without_seconds(text: str) -> str:
    """Leave out how many seconds it took: that is the limit's, not the submission's."""
    return re.sub(r"[\d.]+ s\b", "some s", " ".join(text.split()))


def test_no_point_is_gained(attack: Attack, aftermath: Aftermath) -> None:
    """It has the points of an honest program of its merit, every check has a verdict, and none is the grader's fault."""
    result = of(aftermath.report, attack.exercise)
    assert aftermath.report.faults == []
    assert aftermath.report.complete
    assert {check.verdict for check in result.checks} <= {"pass", "fail", "skip"}
    assert result.max_points == 10
    passed = {check.id: check.points for check in result.checks if check.verdict == "pass"}
    assert (result.points, sum(passed.values())) == (attack.points, attack.points), passed


def test_nobody_else_is_touched(alone: Report, aftermath: Aftermath) -> None:
    """The honest exercise has the verdicts and figures that it has alone."""
    honest = of(aftermath.report, HONEST)
    assert [check.message for check in honest.checks if check.verdict != "pass"] == []
    assert honest == of(alone, HONEST)


def test_nothing_is_left(attack: Attack, aftermath: Aftermath) -> None:
    """No process, no file, no setting: all is as before."""
    assert aftermath.processes == []
    assert aftermath.files == []
    assert aftermath.settings == []
    if attack.needs != "landlock" or is_confined(aftermath.report):
        assert aftermath.planted == []


def test_the_report_is_safe(aftermath: Aftermath) -> None:
    """It holds no secret and nothing that a terminal or a log would obey, and is of bounded length."""
    for text, most in ((aftermath.terminal, MOST_TERMINAL), (aftermath.json, MOST_JSON)):
        assert len(text) <= most
        assert SECRET not in text
        assert not re.search(r"^\s*::|##\[", text, re.MULTILINE) or text is aftermath.json
        assert {unicodedata.category(character) for character in set(text) - {"\n"}}.isdisjoint({"Cc", "Cf", "Cs", "Co"})
    assert not re.search(r"^::", aftermath.json, re.MULTILINE)
    assert json.loads(aftermath.json)["points"] == aftermath.report.points


def test_the_event_is_named(attack: Attack, aftermath: Aftermath) -> None:
    """The student is told in plain words what happened."""
    told = without_seconds(aftermath.told)
    confined = attack.confined_says if is_confined(aftermath.report) else []
    for words in confined or (os.geteuid() == 0 and attack.root_says) or attack.says:
        assert any(without_seconds(one) in told for one in words.split(" | ")), (words, told)


def test_instructors_are_told(attack: Attack, aftermath: Aftermath) -> None:
    """It raises the flags that it names; one that gains points, or says that it does, raises some."""
    flags = {flag.kind for flag in of(aftermath.report, attack.exercise).flags or []}
    assert attack.flags <= flags
    assert flags or not attack.residual


def test_a_crowd_of_attacks(world: World) -> None:
    """Those that fill, stop or outlive things, all at once in one session: an honest program has full marks as ever."""
    crowd = [item for item in ATTACKS if item.file.parent.name in CROWD and item.exercise == DEFAULT]
    points, faults = world.judge_together(crowd)
    assert faults == []
    assert points == {**{item.name: item.points for item in crowd}, "honest": 10}


def is_confined(report: Report) -> bool:
    """Tell whether the kernel itself kept the program to its own files."""
    return report.isolation not in {"none", "processes"}
