"""Tests of the nursery that is started before anybody knows what for."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest

from grader import launching
from grader.cli import BAD_INPUT, CANNOT_JUDGE, PASSED, main
from grader.lab.proc import children

if TYPE_CHECKING:
    from grader.launching import Launch

COURSE = Path(__file__).parent / "grading" / "course"
ROOT = Path(__file__).parents[2]

pytestmark = [
    pytest.mark.timeout(60),
    pytest.mark.skipif(sys.platform != "linux", reason="children are counted through /proc"),
]


@pytest.fixture(autouse=True)
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small course is the current folder."""
    shutil.copytree(COURSE, tmp_path / "course")
    shutil.copytree(COURSE / "honest", tmp_path / "course" / "exercises")
    monkeypatch.chdir(tmp_path / "course")


@pytest.fixture
def launches(monkeypatch: pytest.MonkeyPatch) -> list[Launch]:
    """Collect what is launched."""
    launch, found = launching.launch, []

    def launch_and_note(*args: list[str]) -> Launch:
        found.append(launch(*args))
        return found[-1]

    monkeypatch.setattr(launching, "launch", launch_and_note)
    monkeypatch.setattr("grader.grading._supervising.launch", launch_and_note)
    return found


def test_a_grading_uses_the_one_that_was_started_early(launches: list[Launch]) -> None:
    """There is no second one, and none is left."""
    before = children()
    assert main(["grade", "concurrency/fundamentals"]) == PASSED
    assert len(launches) == 1
    assert children() == before


@pytest.mark.parametrize("arguments", [["nonsense"], ["--submission", "nowhere"], ["--check", "test_nothing"]])
def test_none_is_left_where_nothing_can_be_graded(launches: list[Launch], arguments: list[str]) -> None:
    """Bad input ends it."""
    before = children()
    assert main(["grade", *arguments]) == BAD_INPUT
    assert len(launches) == 1
    assert children() == before
    assert launches[0].process.returncode is not None


def test_one_that_is_lost_is_replaced(launches: list[Launch], monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever ended it costs nobody a verdict."""
    take = launching.take_early

    def take_killed() -> Launch | None:
        early = take()
        if early is not None:
            early.process.kill()
            early.process.wait()
        return early

    monkeypatch.setattr("grader.grading._supervising.take_early", take_killed)
    assert main(["grade", "concurrency/fundamentals"]) == PASSED
    assert len(launches) == 2


def test_where_none_can_be_started_that_is_said_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """By whoever needs it."""

    def refuse(*_: object, **__: object) -> NoReturn:
        message = "no process any more"
        raise OSError(message)

    monkeypatch.setattr(subprocess, "Popen", refuse)
    assert main(["grade", "concurrency/fundamentals"]) == CANNOT_JUDGE
    assert capsys.readouterr().err == "The processes that run submissions can't be started: no process any more.\n"


@pytest.mark.parametrize("arguments", [["--in-process"], ["--sandbox", "bwrap"]])
def test_none_is_started_early_where_none_would_be_used(launches: list[Launch], arguments: list[str]) -> None:
    """A program that runs in here needs none, and one in a sandbox another."""
    main(["grade", "nonsense", *arguments])
    assert launches == []


@pytest.mark.parametrize("arguments", [["grade", "--help"], ["bundle", "-h"], ["--version"], [], ["bench", "nonsense"]])
def test_none_is_started_where_nothing_will_be_graded(launches: list[Launch], arguments: list[str]) -> None:
    """Help costs no process."""
    with pytest.raises(SystemExit):
        main(arguments)
    assert launches == []


def test_it_is_started_before_anything_that_takes_long_is_imported() -> None:
    """What it takes to start it doesn't bring what the command needs afterwards."""
    code = "import sys, grader.cli; print(*sys.modules)"
    command = [sys.executable, "-c", code]
    found = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()
    assert "subprocess" in found
    assert not {"argparse", "dataclasses", "json", "msgspec", "pathlib", "grader.lab"} & set(found)
