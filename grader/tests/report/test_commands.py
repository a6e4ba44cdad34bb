"""Commands as the reader types them."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from grader.lab.exercises import Course
from grader.report import Commands

if TYPE_CHECKING:
    from pathlib import Path

RERUN = "concurrency/fundamentals --check test_jobs_overlap --seed 123456789"


def test_a_command_that_fits_is_one_line() -> None:
    """What fits is left as it is."""
    assert Commands().lines("concurrency/http_api", 70) == ["nox -s grade -- concurrency/http_api"]
    assert Commands().lines("", 70) == ["nox -s grade --"]


def test_a_long_command_goes_on_in_the_next_line() -> None:
    """What doesn't fit is continued as a shell understands it, and an option keeps its value beside it."""
    assert Commands().lines(RERUN, 66) == [
        "nox -s grade -- concurrency/fundamentals \\",
        "    --check test_jobs_overlap --seed 123456789",
    ]


def test_without_a_joint_it_stays_one_line() -> None:
    """Where shells differ about continued lines, there are none."""
    assert Commands(joint="").lines(RERUN, 20) == [f"nox -s grade -- {RERUN}"]


def test_words_are_quoted_for_a_shell() -> None:
    """A folder's name with blanks or worse stays one word, on one line or on many."""
    commands = Commands(repeat=("--submission", "a b; rm -rf $HOME"))
    assert commands.whole(["blocking"], 90) == ["nox -s grade -- blocking --submission 'a b; rm -rf $HOME'"]
    assert commands.whole(["blocking"], 40) == ["nox -s grade -- blocking \\", "    --submission 'a b; rm -rf $HOME'"]


@pytest.mark.skipif(os.name == "nt", reason="Windows calls Python py")
def test_what_is_called_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nox is named where it is installed, else the course's own noxfile, else the module."""
    monkeypatch.setattr(shutil, "which", lambda _name: "/usr/bin/nox")
    assert Commands.here(Course(tmp_path)).grade == ("python", "-m", "grader", "grade")
    (tmp_path / "noxfile.py").touch()
    assert Commands.here(Course(tmp_path)).grade == ("nox", "-s", "grade", "--")
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    assert Commands.here(Course(tmp_path)).grade == ("python3", "noxfile.py", "-s", "grade", "--")
