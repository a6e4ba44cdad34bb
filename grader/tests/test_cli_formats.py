"""`grade --format`: what goes where, what is refused, and the exit code."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest

from grader.cli import BAD_INPUT, CANNOT_JUDGE, FAILED, PASSED, main
from grader.cli._arguments import FORMATS
from grader.report.formats import outlet
from grader.tests.report.formats.readers import classroom_reporter, xml
from grader.tests.report.formats.test_formats import ENVIRONMENT

COURSE = Path(__file__).parent / "grading" / "course"
FUNDAMENTALS = "concurrency/fundamentals"
MISTAKE = "def run_concurrently(jobs):\n    print('::error::forged')\n    return [job() for job in jobs]\n"

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small course as the current folder, with a mistake in one exercise and none of GitHub's variables."""
    folder = tmp_path / "course"
    for tree, name in (("tests", "tests"), ("honest", "exercises")):
        for source in sorted((COURSE / tree / "concurrency").glob("*.py")):
            target = folder / name / "concurrency" / source.name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())
    (folder / "exercises" / "concurrency" / "fundamentals.py").write_text(MISTAKE, encoding="utf-8")
    monkeypatch.chdir(folder)
    for name in ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT", "GITHUB_WORKSPACE", *ENVIRONMENT):
        monkeypatch.delenv(name, raising=False)
    return folder


@pytest.mark.parametrize(
    ("name", "file"),
    [("json", "report.json"), ("junit", "junit.xml"), ("markdown", "report.md"), ("gradescope", "results.json")],
)
def test_what_is_printed_is_what_the_file_holds(
    course: Path, name: str, file: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """Standard output has the format and nothing else; `--out` has the same under its usual name, and the JSON."""
    assert main(["grade", FUNDAMENTALS, "--format", name, "--out", "out"]) == FAILED
    assert capfd.readouterr().out == (course / "out" / file).read_text(encoding="utf-8")
    assert json.loads((course / "out" / "report.json").read_text(encoding="utf-8"))["max_points"] == 10


@pytest.mark.usefixtures("course")
def test_strict_junit(capfd: pytest.CaptureFixture[str]) -> None:
    """`--strict` leaves out the place in the file."""
    main(["grade", FUNDAMENTALS, "--format", "junit", "--strict"])
    assert {case.get("file") for case in xml(capfd.readouterr().out).iter("testcase")} == {None}


def test_github_gets_log_annotations_and_summary(
    course: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """The report for people stands in a fence that ends before the annotations; the summary is appended."""
    summary = course / "summary.md"
    summary.write_text("before\n", encoding="utf-8")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    monkeypatch.setenv("GITHUB_WORKSPACE", str(course.parent))
    assert main(["grade", FUNDAMENTALS, "--format", "github"]) == FAILED
    first, log, annotations = re.split(
        r"^::(?:stop-commands::)?[0-9a-f]{32}(?:::)?\n", capfd.readouterr().out, flags=re.MULTILINE
    )
    assert first == ""
    assert "The jobs ran one after another." in log
    assert annotations.startswith("::error file=course/exercises/concurrency/fundamentals.py,line=")
    assert summary.read_text(encoding="utf-8").startswith("before\n## ")


def test_each_fence_is_new() -> None:
    """Nobody can know the word that ends the fence."""
    log = io.StringIO()
    for _ in range(10):
        with outlet("github").fenced(log):
            log.write("said")
    tokens = re.findall(r"^::stop-commands::([0-9a-f]{32})\nsaid\n::\1::$", log.getvalue(), flags=re.MULTILINE)
    assert len(set(tokens)) == 10


def test_classroom50_writes_where_it_is_and_ends_with_0(
    course: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """A failed submission is a result, and no failure of the autograder: exit code 0, files in the current folder."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    assert main(["grade", FUNDAMENTALS, "--format", "classroom50"]) == PASSED
    result = json.loads((course / "result.json").read_text(encoding="utf-8"))
    assert (result["score"], result["max-score"]) == (6, 10)
    assert (course / "release-body.md").read_text(encoding="utf-8").startswith("## 6/10 points")
    assert capfd.readouterr().out.startswith("::stop-commands::")
    assert not (course / "report.json").exists()


def test_classroom50_gets_no_result_where_the_grader_failed(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A suite that can't be read ends with 3 and without a result, which Classroom 50 takes for "not graded"."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    for tree, name in (("tests", "test_broken.py"), ("exercises", "broken.py")):
        (course / tree / "concurrency" / name).write_text("def broken(:", encoding="utf-8")
    assert main(["grade", "concurrency/broken", "--format", "classroom50"]) == CANNOT_JUDGE
    assert not (course / "result.json").exists()


def test_classroom_writes_the_steps_outputs(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One output for each exercise, and the exit code of a failed step."""
    monkeypatch.setenv("GITHUB_OUTPUT", str(course / "output"))
    assert main(["grade", "concurrency", "--format", "classroom"]) == FAILED
    outputs = (course / "output").read_text(encoding="utf-8")
    assert classroom_reporter(outputs) == (16, 16, 20, False)
    assert [line.partition("=")[0] for line in outputs.splitlines()] == [
        "concurrency-fundamentals",
        "concurrency-http-api",
    ]


@pytest.mark.usefixtures("course")
def test_a_students_command_names_no_folder_of_the_graders(capfd: pytest.CaptureFixture[str]) -> None:
    """What to run again is told as students call it: where the grade was made isn't where they work."""
    main(["grade", FUNDAMENTALS, "--format", "gradescope", "--submission", "exercises"])
    told = capfd.readouterr().out
    assert "Again: python3 noxfile.py -s grade -- concurrency/fundamentals" in told
    assert "--submission" not in told


@pytest.mark.usefixtures("course")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--format", "classroom50"], "CLASSROOM, ASSIGNMENT, SUBMISSION_TAG, COMMIT_URL, RELEASE_URL"),
        (["--format", "classroom"], "GITHUB_OUTPUT isn't set"),
        (["--format", "classroom", "--out", "out", "--in-process"], "reports a grade, which --in-process rules out"),
        (["--format", "gradescope", "--check", "test_jobs_overlap"], "reports a grade, which --check rules out"),
        (["--format", "classroom50", "--fail-under", "5"], "reports a grade, which --fail-under rules out"),
        (["--strict"], "--strict belongs to --format junit"),
    ],
)
def test_what_can_not_be_had_is_said_before_anything_is_judged(
    arguments: list[str], message: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """A format without its surroundings, and a grade of less than everything: exit code 2, and what is missing."""
    assert main(["grade", FUNDAMENTALS, *arguments]) == BAD_INPUT
    told = capfd.readouterr()
    assert message in told.err
    assert told.out == ""


def test_a_file_of_githubs_that_can_not_be_written_is_named(
    course: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Whoever set the variable is told what is wrong with it."""
    monkeypatch.setenv("GITHUB_OUTPUT", str(course))
    assert main(["grade", FUNDAMENTALS, "--format", "classroom"]) == BAD_INPUT
    assert "can't be written: Is a directory. It is the file that GitHub's runner names." in capfd.readouterr().err


def test_every_format_has_an_outlet() -> None:
    """What the command takes is what there is."""
    for name in FORMATS:
        if name != "terminal":
            assert outlet(name)
