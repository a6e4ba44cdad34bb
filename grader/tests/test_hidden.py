"""Checks of which reports tell nothing but whether they passed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from grader.cli import main
from grader.grading.grading import HIDDEN
from grader.lab import call, check
from grader.lab.scenario import SuiteError

if TYPE_CHECKING:
    from pathlib import Path

FAILED = 1
SUITE = """
from grader.lab import answer, arguments, call, cases, check, expect, jobs

OPEN = call("run_all", jobs(2, seconds=1))
SECRET = call("run_all", jobs(7, seconds=123))


@check("Two jobs", task=1, points=5, scenario=OPEN)
def test_two(seen):
    expect.overlap(seen, at_once=2, seconds=1)


@check("One that is hidden", task=1, points=3, scenario=SECRET, hidden=True)
def test_hidden(seen):
    expect.overlap(seen, at_once=7, seconds=123)


@check("Another that is hidden", task=1, points=2, scenario=SECRET, hidden=True)
def test_hidden_too(seen):
    expect.overlap(seen, at_once=7, seconds=123)
"""
RIGHT = """
import threading

def run_all(jobs):
    threads = [threading.Thread(target=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
"""
WRONG = """
def run_all(jobs):
    print("the program's own words")
    for job in jobs:
        job()
"""
STUB = """
def run_all(jobs):
    raise NotImplementedError("TODO 1: all at once")
"""
TELLTALE = """
def run_all(jobs):
    if len(jobs) > 2:
        raise {error}(f"TODO: I was called with {{[job._seconds for job in jobs]}}")
"""
FORMATS = ["text", "json", "junit", "markdown", "github", "gradescope"]


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course of one exercise, as the current folder."""
    for folder, name, text in (("tests", "test_fundamentals.py", SUITE), ("exercises", "fundamentals.py", WRONG)):
        place = tmp_path / folder / "concurrency"
        place.mkdir(parents=True)
        (place / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", FORMATS)
def test_no_format_tells_of_a_hidden_check(course: Path, capfd: pytest.CaptureFixture[str], name: str) -> None:
    """Its title, its points and that it failed are there; what was called and what happened is not, in any file."""
    chosen = [] if name == "text" else ["--format", name]
    assert main(["grade", "concurrency", *chosen, "--seed", "7", "--out", "out", "--traces"]) == FAILED
    printed = capfd.readouterr().out
    files = {path.name: path.read_text(encoding="utf-8") for path in (course / "out").rglob("*") if path.is_file()}
    assert "test_two.json" in files
    assert not {"test_hidden.json", "test_hidden_too.json"} & files.keys()
    for text in (printed, *files.values()):
        assert "123" not in text
        assert "861" not in text  # seven times that, the time that it took
    assert "One that is hidden" in printed
    assert HIDDEN in printed
    assert files["report.html"].count(HIDDEN) == 2


def test_the_model_says_which_are_hidden(capfd: pytest.CaptureFixture[str], course: Path) -> None:
    """Points and verdicts count as ever; figures, lines, schedule and seed aren't there."""
    assert main(["grade", "concurrency", "--format", "json"]) == FAILED
    shown, hidden, _ = json.loads(capfd.readouterr().out)["exercises"][0]["checks"]
    assert (shown["hidden"], hidden["hidden"]) == (False, True)
    assert (hidden["verdict"], hidden["points"], hidden["max_points"]) == ("fail", 0, 3)
    assert hidden["message"] == hidden["failure"]["verdict"] == HIDDEN
    assert hidden["rerun"] == "concurrency/fundamentals --check test_hidden"
    assert (hidden["seconds"], hidden["measures"], hidden["reference"]) == (None, None, None)
    (course / "exercises/concurrency/fundamentals.py").write_text(RIGHT, encoding="utf-8")
    assert main(["grade", "concurrency", "--format", "json"]) == 0
    _, hidden, _ = json.loads(capfd.readouterr().out)["exercises"][0]["checks"]
    assert (hidden["verdict"], hidden["points"], hidden["message"]) == ("pass", 3, "")


@pytest.mark.parametrize("error", ["NotImplementedError", "ValueError", "SyntaxError", "ImportError"])
def test_a_program_can_not_tell_what_it_was_called_with(
    course: Path, capfd: pytest.CaptureFixture[str], error: str
) -> None:
    """What it says of itself is left out, too: it could be the arguments."""
    file = course / "exercises/concurrency/fundamentals.py"
    file.write_text(TELLTALE.format(error=error), encoding="utf-8")
    for name in ("terminal", "json", "junit", "markdown", "github", "gradescope"):
        assert main(["grade", "concurrency", "--seed", "7", "--format", name, "--out", "out"]) == FAILED
        printed = capfd.readouterr().out
        assert HIDDEN in printed
        assert "called with" not in printed
    assert "called with" not in (course / "out" / "report.html").read_text(encoding="utf-8")


def test_a_stub_and_a_broken_file_say_what_they_always_say(course: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A hidden check keeps nobody from hearing that nothing has been written yet, or that the file is broken."""
    file = course / "exercises/concurrency/fundamentals.py"
    file.write_text(STUB, encoding="utf-8")
    assert main(["grade", "concurrency"]) == FAILED
    printed = capfd.readouterr().out
    assert "TODO 1: all at once" in printed
    assert "123" not in printed
    file.write_text("def run_all(jobs:\n", encoding="utf-8")
    assert main(["grade", "concurrency"]) == FAILED
    assert "'(' was never closed" in capfd.readouterr().out


def test_hidden_is_true_or_false() -> None:
    """Anything else is the suite's mistake."""
    with pytest.raises(SuiteError, match="hidden is True or False, and not 'yes'"):
        check("One", task=1, points=1, scenario=call("one"), hidden="yes")  # type: ignore[arg-type]
