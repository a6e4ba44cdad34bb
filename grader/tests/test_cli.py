"""The command line: exit codes, and one clear message for each bad input."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from grader.cli import BAD_INPUT, FAILED, PASSED, _arguments, main
from grader.grading import LEVELS

COURSE = Path(__file__).parent / "grading" / "course"
ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of a small course, as the current folder, with honest solutions as its exercises."""
    folder = tmp_path / "course"
    shutil.copytree(COURSE, folder)
    shutil.copytree(COURSE / "honest", folder / "exercises")
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.usefixtures("course")
def test_a_finished_exercise_exits_with_0(capsys: pytest.CaptureFixture[str]) -> None:
    """All checks passed: exit code 0, and the total says so."""
    assert main(["grade", "concurrency/fundamentals"]) == PASSED
    assert "10/10" in capsys.readouterr().out


def test_a_failed_check_exits_with_1(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Graded and failed: exit code 1, and the failure is told."""
    mistake = "def run_concurrently(jobs):\n    return [job() for job in jobs]\n"
    (course / "exercises/concurrency/fundamentals.py").write_text(mistake, encoding="utf-8")
    assert main(["grade", "concurrency/fundamentals"]) == FAILED
    assert "The jobs ran one after another." in capsys.readouterr().out


def test_enough_points_exit_with_0(course: Path) -> None:
    """`--fail-under` decides what is enough."""
    mistake = "def run_concurrently(jobs):\n    return [job() for job in jobs]\n"
    (course / "exercises/concurrency/fundamentals.py").write_text(mistake, encoding="utf-8")
    assert main(["grade", "concurrency/fundamentals", "--fail-under", "6"]) == PASSED
    assert main(["grade", "concurrency/fundamentals", "--fail-under", "7"]) == FAILED


@pytest.mark.usefixtures("course")
def test_an_unknown_exercise_lists_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    """`nonsense` is no exercise: the exercises are listed, and the exit code is 2."""
    assert main(["grade", "concurency/fundamental"]) == BAD_INPUT
    told = capsys.readouterr().err
    assert "There is no exercise 'concurency/fundamental'." in told
    assert "Did you mean concurrency/fundamentals?" in told
    assert "  asynchronous/fundamentals" in told
    assert main(["grade", "nonsense"]) == BAD_INPUT


@pytest.mark.usefixtures("course")
def test_an_unknown_check_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    """A check that doesn't exist is bad input."""
    assert main(["grade", "concurrency/fundamentals", "--check", "test_nothing"]) == BAD_INPUT
    assert "test_nothing" in capsys.readouterr().err


@pytest.mark.parametrize("tree", ["nowhere", "exercises/concurrency/fundamentals.py", "honest/concurrency"])
def test_a_submission_that_is_none_is_bad_input(course: Path, capsys: pytest.CaptureFixture[str], tree: str) -> None:
    """A folder that isn't there, a file, or a folder without exercises: one message with the remedy."""
    assert main(["grade", "--submission", str(course / tree)]) == BAD_INPUT
    assert "--submission" in capsys.readouterr().err


def test_outside_a_course_the_command_says_where_to_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without suites there is nothing to grade."""
    monkeypatch.chdir(tmp_path)
    assert main(["grade"]) == BAD_INPUT
    assert "Change into your clone of the course" in capsys.readouterr().err


@pytest.mark.usefixtures("course")
def test_an_unwritable_folder_is_bad_input(capsys: pytest.CaptureFixture[str]) -> None:
    """`--out` that can't be written says so and gives the remedy."""
    assert main(["grade", "concurrency/fundamentals", "--out", "/proc/nowhere"]) == BAD_INPUT
    assert "--out" in capsys.readouterr().err


@pytest.mark.usefixtures("course")
def test_json_is_all_that_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """With `--format json` the standard output is one JSON document."""
    assert main(["grade", "concurrency/fundamentals", "--format", "json", "--seed", "7"]) == PASSED
    report = json.loads(capsys.readouterr().out)
    assert report["seed"] == 7
    assert report["exercises"][0]["verdict"] == "pass"


@pytest.mark.usefixtures("course")
def test_json_says_which_isolation_was_reached(capsys: pytest.CaptureFixture[str]) -> None:
    """The level is one of those there are, and what it leaves open is said."""
    assert main(["grade", "concurrency/fundamentals", "--format", "json", "--in-process"]) == PASSED
    assert json.loads(capsys.readouterr().out)["isolation"] == "none"
    command = ["grade", "concurrency/fundamentals", "--format", "json", "--require-isolation", "processes"]
    assert main(command) == PASSED
    report = json.loads(capsys.readouterr().out)
    assert report["isolation"] in LEVELS[1:]
    assert report["isolation_gaps"]


@pytest.mark.usefixtures("course")
def test_too_little_isolation_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is graded with less isolation than is required: exit code 2, and the remedy."""
    assert main(["grade", "concurrency/fundamentals", "--in-process", "--require-isolation", "processes"]) == BAD_INPUT
    assert "Leave --in-process away." in capsys.readouterr().err
    assert main(["grade", "concurrency/fundamentals", "--require-isolation", "bwrap"]) == BAD_INPUT
    told = capsys.readouterr()
    assert told.out == ""
    assert "Give --sandbox bwrap as well." in told.err


@pytest.mark.usefixtures("course")
def test_no_sandbox_is_bad_input(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A sandbox that isn't here, or that nothing would be in, is a mistake of the command."""
    assert main(["grade", "concurrency/fundamentals", "--sandbox", "bwrap", "--in-process"]) == BAD_INPUT
    assert "--in-process" in capsys.readouterr().err
    monkeypatch.setenv("PATH", "/nowhere")
    assert main(["grade", "concurrency/fundamentals", "--sandbox", "bwrap"]) == BAD_INPUT
    assert "bubblewrap" in capsys.readouterr().err


def test_the_levels_that_can_be_required_are_those_there_are() -> None:
    """The command knows them without loading what judges."""
    assert _arguments.LEVELS == LEVELS


@pytest.mark.usefixtures("course")
def test_in_process_says_that_it_is_no_proof(capsys: pytest.CaptureFixture[str]) -> None:
    """A run for breakpoints judges as usual, and says what it is worth."""
    assert main(["grade", "concurrency/fundamentals", "--in-process"]) == PASSED
    assert "proof of anything" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("arguments", [[], ["nonsense"], ["grade", "--seed", "x"], ["grade", "--nonsense"]])
def test_bad_usage_exits_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """What argparse refuses is told on standard error."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == BAD_INPUT
    assert "usage:" in capsys.readouterr().err


def test_the_module_runs_as_a_command() -> None:
    """`python -m grader --version` works from the repository."""
    done = subprocess.run(
        [sys.executable, "-m", "grader", "--version"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.split()[0]) == (0, "grader")


EXPLORED = """
from grader.lab import check, expect, explore, jobs, call


def twice(student):
    from grader.simulation import run_together

    counter = student.Counter()
    run_together(counter.add, counter.add)
    return counter.value


@check("Nothing is lost", task=1, points=5, scenario=explore(twice, words="add() in two threads"))
def test_nothing_is_lost(seen):
    expect.in_every_order(seen, [2], "An update was lost.")


@check("Once", task=1, points=5, scenario=call("one"))
def test_one(seen):
    expect.returned(seen)
"""
RACY = """
class Counter:
    value = 0

    def add(self):
        self.value += 1


def one():
    return 1
"""


@pytest.fixture
def racy(course: Path) -> Path:
    """The course with one more exercise, whose suite explores, and a program that loses an update."""
    for folder, name, text in (("tests", "test_fundamentals.py", EXPLORED), ("exercises", "fundamentals.py", RACY)):
        place = course / folder / "synchronization"
        place.mkdir()
        (place / name).write_text(text, encoding="utf-8")
    return course


@pytest.mark.usefixtures("racy")
def test_a_failure_names_the_schedule_that_repeats_it(capsys: pytest.CaptureFixture[str]) -> None:
    """The command that a race prints runs just that order of the threads, and fails in the same way."""
    assert main(["grade", "synchronization", "--format", "json"]) == FAILED
    check = json.loads(capsys.readouterr().out)["exercises"][0]["checks"][0]
    assert check["note"].startswith("Every order of the threads that matters")
    assert check["failure"]["schedule"]
    assert "--schedule" in check["rerun"]
    assert main(["grade", *check["rerun"].split(), "--format", "json"]) == FAILED
    again = json.loads(capsys.readouterr().out)["exercises"][0]["checks"][0]
    assert again["failure"]["steps"] == check["failure"]["steps"]
    assert again["note"] == "One order of the threads' steps, repeated."


@pytest.mark.usefixtures("racy")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--check", "test_nothing_is_lost", "--schedule", "nonsense"], "is not a schedule"),
        (["--check", "test_nothing_is_lost", "--schedule", "2.7/1:2"], "counts bytecodes of Python 2.7"),
        (["--schedule", "HERE/1:2"], "name the exercise, and give --check once"),
        (["--check", "test_one", "--schedule", "HERE/1:2"], "The check test_one runs in one order only"),
    ],
)
def test_a_schedule_that_can_not_be_repeated(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is no schedule, belongs to another Python or to no check of that kind is refused: exit code 2."""
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    given = [argument.replace("HERE", here) for argument in arguments]
    assert main(["grade", "synchronization/fundamentals", *given]) == BAD_INPUT
    assert message in capsys.readouterr().err


def test_a_request_to_end_interrupts_what_runs_in_process(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """SIGTERM is not taken for the program's own doing: it ends the grading, and the exit code says by what."""
    waiting = "import os, signal\n\n\ndef run_concurrently(jobs):\n    os.kill(os.getpid(), signal.SIGTERM)\n"
    (course / "exercises/concurrency/fundamentals.py").write_text(waiting, encoding="utf-8")
    assert main(["grade", "concurrency/fundamentals", "--in-process"]) == 128 + signal.SIGTERM
    assert "no exercise was judged to the end" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    ("ci", "arguments", "authority"),
    [
        ("", [], "practice"),
        ("true", [], "indicative"),
        ("true", ["--authority", "practice"], "practice"),
        ("", ["--authority", "grade", "--submission", "OUTSIDE"], "grade"),
    ],
)
def test_how_far_a_report_may_be_trusted(  # noqa: PLR0913, PLR0917 - fixtures
    course: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    ci: str,
    arguments: list[str],
    authority: str,
) -> None:
    """Practice by default, indicative in CI; a grade only if an instructor says so of a submission from elsewhere."""
    outside = tmp_path_factory.mktemp("outside")
    shutil.copytree(course / "exercises", outside, dirs_exist_ok=True)
    monkeypatch.setenv("CI", ci)
    given = [argument.replace("OUTSIDE", str(outside)) for argument in arguments]
    main(["grade", "--format", "json", *given])
    assert json.loads(capsys.readouterr().out)["authority"] == authority


@pytest.mark.usefixtures("course")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "the submission lies in the course's own folder"),
        (["--submission", "exercises"], "the submission lies in the course's own folder"),
        (["--in-process"], "with --in-process a program could make the report say anything"),
    ],
)
def test_what_is_no_grade(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A grade of the course's own tree, or without workers, is refused: exit code 2."""
    assert main(["grade", "--authority", "grade", *arguments]) == BAD_INPUT
    assert message in capsys.readouterr().err
