"""The bundles for other systems: what is in them, and that they grade."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.cli import BAD_INPUT, PASSED, main
from grader.tests.report.formats.readers import classroom50_refusal, gradescope_score
from grader.tests.report.formats.test_formats import ENVIRONMENT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

ROOT = Path(__file__).parents[3]
SOLUTION = ROOT / "solutions" / "concurrency" / "fundamentals.py"
SUITE = "source/course/tests/concurrency/test_fundamentals.py"
MISSING_PYTHON = "#!/bin/sh\nexit 127\n"

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    """The instructor's copy of the course as the current folder."""
    monkeypatch.chdir(ROOT)


@pytest.fixture(scope="module")
def zipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The zip for Gradescope, of one exercise."""
    target = tmp_path_factory.mktemp("zip") / "autograder.zip"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        assert main(["bundle", "gradescope", "concurrency/fundamentals", "--out", str(target)]) == PASSED
    return target


def test_the_zip_holds_what_grading_takes_and_no_solution(zipped: Path) -> None:
    """Grader, chosen suites, record and pinned packages; no solution, variant, mistake, nor a test of the grader's."""
    archive = zipfile.ZipFile(zipped)
    there = set(archive.namelist())
    assert {"setup.sh", "run_autograder", "find_submission.py", "course/tests/reference.json"} <= there
    assert {name for name in there if name.startswith("course/tests/") and name.endswith(".py")} == {
        "course/tests/concurrency/test_fundamentals.py"
    }
    assert "course/grader/report/schema.json" in there
    assert not [name for name in there if re.search(r"solutions|variants|mistakes|grader/tests|__pycache__", name)]
    runnable = {entry.filename for entry in archive.infolist() if entry.external_attr >> 16 & stat.S_IXUSR}
    assert runnable == {"setup.sh", "run_autograder"}


def test_the_same_files_make_the_same_zip(zipped: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever builds the zip again can compare it to the bit."""
    monkeypatch.chdir(ROOT)
    again = tmp_path / "again.zip"
    main(["bundle", "gradescope", "concurrency/fundamentals", "--out", str(again)])
    assert hashlib.sha256(again.read_bytes()).digest() == hashlib.sha256(zipped.read_bytes()).digest()


@pytest.fixture(scope="module")
def container(zipped: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder like `/autograder` in Gradescope's container, set up, before a submission is there."""
    folder = tmp_path_factory.mktemp("container") / "autograder"
    source = folder / "source"
    with zipfile.ZipFile(zipped) as archive:
        archive.extractall(source)
    for name in ("run_autograder", "setup.sh"):
        shutil.copyfile(source / name, folder / name)
        (folder / name).chmod(0o755)
    (folder / "python" / "bin").mkdir(parents=True)
    python = folder / "python" / "bin" / "python"
    python.write_text(f'#!/bin/sh\nPYTHONPATH="{source}/course" exec "{sys.executable}" "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    return folder


@pytest.fixture
def autograder(container: Path) -> Iterator[Path]:
    """The same with empty folders for one submission and its results; what a test breaks is mended afterwards."""
    for name in ("submission", "results"):
        shutil.rmtree(container / name, ignore_errors=True)
        (container / name).mkdir()
    breakable = [container / "python" / "bin" / "python", container / SUITE]
    kept = [path.read_bytes() for path in breakable]
    yield container
    for path, data in zip(breakable, kept, strict=True):
        path.write_bytes(data)


def run_autograder(folder: Path) -> dict[str, object]:
    """Do what Gradescope does with a submission; return what it reads."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    subprocess.run([folder / "run_autograder"], cwd="/", env=environment, check=True, capture_output=True)
    results: dict[str, object] = json.loads((folder / "results" / "results.json").read_text(encoding="utf-8"))
    return results


def test_gradescope_grades_a_submission(autograder: Path) -> None:
    """The file of an exercise, handed in as it is: full points, and nothing but the result is left behind."""
    shutil.copyfile(SOLUTION, autograder / "submission" / "fundamentals.py")
    assert gradescope_score(run_autograder(autograder)) == 10
    assert [path.name for path in (autograder / "results").iterdir()] == ["results.json"]


def test_gradescope_gives_nothing_for_nothing(autograder: Path) -> None:
    """A file that isn't there is a graded submission with no points, and each test says what is missing."""
    (autograder / "submission" / "essay.txt").touch()
    results = run_autograder(autograder)
    assert gradescope_score(results) == 0
    assert "concurrency/fundamentals.py is missing" in json.dumps(results)


@pytest.mark.parametrize("broken", ["python", "suite"])
def test_gradescope_records_no_grade_where_the_grader_fails(autograder: Path, broken: str) -> None:
    """Without Python, or with a suite that can't be read: a result without any score, and never an older one."""
    (autograder / "results" / "results.json").write_text('{"score": 10, "tests": []}', encoding="utf-8")
    if broken == "python":
        (autograder / "python" / "bin" / "python").write_text(MISSING_PYTHON, encoding="utf-8")
    else:
        (autograder / SUITE).write_text("def (", encoding="utf-8")
    shutil.copyfile(SOLUTION, autograder / "submission" / "fundamentals.py")
    results = run_autograder(autograder)
    assert gradescope_score(results) is None
    assert results["tests"]
    assert str(results["output"]).startswith("The grader itself failed. This is not your mistake")


@pytest.mark.parametrize("name", ["setup.sh", "run_autograder"])
def test_the_scripts_are_bash(name: str) -> None:
    """Bash can read them."""
    subprocess.run(["bash", "-n", str(ROOT / "grader/course/handout" / "gradescope" / name)], check=True)  # noqa: S607 - any bash


def load(path: Path) -> ModuleType:
    """A script of the handout as a module."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def find(tmp_path: Path) -> Callable[[], Path]:
    """Finds the exercises in `submission`, for a course with the two exercises of one concept."""
    for name in ("test_fundamentals.py", "test_http_api.py"):
        suite = tmp_path / "course" / "tests" / "blocking" / name
        suite.parent.mkdir(parents=True, exist_ok=True)
        suite.touch()
    (tmp_path / "submission").mkdir()
    script = load(ROOT / "grader/course/handout" / "gradescope" / "find_submission.py")
    return lambda: Path(script.find(tmp_path / "submission", tmp_path / "course", tmp_path / "scratch"))


@pytest.mark.parametrize("place", [".", "exercises", "course-main/exercises"])
def test_gradescope_finds_the_exercises(find: Callable[[], Path], tmp_path: Path, place: str) -> None:
    """In a zip of the exercises, of their folder, or of the whole repository, whose suites aren't taken for them."""
    (tmp_path / "submission" / place / "blocking").mkdir(parents=True)
    (tmp_path / "submission" / place / ".." / "tests" / "blocking").mkdir(parents=True, exist_ok=True)
    assert find() == tmp_path / "submission" / place


def test_gradescope_puts_single_files_into_their_folder(find: Callable[[], Path], tmp_path: Path) -> None:
    """Files that are handed in without their folder are put where the one concept has them."""
    (tmp_path / "submission" / "http_api.py").write_text("x = 1", encoding="utf-8")
    assert [path.name for path in (find() / "blocking").iterdir()] == ["http_api.py"]


def test_gradescopes_links_lead_nowhere(find: Callable[[], Path], tmp_path: Path) -> None:
    """Neither a file nor a folder that is a link is taken for a submission's; nor is a huge file."""
    (tmp_path / "secret" / "blocking").mkdir(parents=True)
    submission = tmp_path / "submission"
    (submission / "exercises").symlink_to(tmp_path / "secret")
    (submission / "fundamentals.py").symlink_to(SOLUTION)
    (submission / "http_api.py").write_bytes(b"#" * (1 << 21))
    tree = find()
    assert tree == tmp_path / "scratch" / "exercises"
    assert list((tree / "blocking").iterdir()) == []


@pytest.mark.usefixtures("checkout")
def test_classroom50s_folder_grades_a_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The autograder reads the checkout's exercises, judges them with its own course, and writes what is read there."""
    bundle, checkout = tmp_path / "bundle", tmp_path / "checkout"
    main(["bundle", "classroom50", "concurrency/fundamentals", "--out", str(bundle)])
    (checkout / "exercises" / "concurrency").mkdir(parents=True)
    shutil.copyfile(SOLUTION, checkout / "exercises" / "concurrency" / "fundamentals.py")
    for tree in ("tests", "grader"):  # the student's own: not looked at
        (checkout / tree).mkdir()
        (checkout / tree / "__init__.py").write_text("raise SystemExit(1)", encoding="utf-8")
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    autograder = load(bundle / "autograder.py")
    assert autograder.grade(Path(sys.executable), autograder.COURSE, checkout) == 0
    result = json.loads((checkout / "result.json").read_text(encoding="utf-8"))
    assert not classroom50_refusal(result, ENVIRONMENT)
    assert (result["score"], result["max-score"]) == (10, 10)
    assert (checkout / "release-body.md").exists()


@pytest.mark.usefixtures("checkout")
def test_a_bundle_replaces_no_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An older bundle isn't mixed with a newer one."""
    assert main(["bundle", "classroom50", "--out", str(tmp_path)]) == BAD_INPUT
    assert "is there already. Remove it" in capsys.readouterr().err


def test_a_bundle_needs_a_record_that_is_current(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With a record that is out of date there is no bundle: exit code 2, and why."""
    suite = tmp_path / "tests" / "blocking" / "test_fundamentals.py"
    suite.parent.mkdir(parents=True)
    suite.touch()
    monkeypatch.chdir(tmp_path)
    assert main(["bundle", "gradescope"]) == BAD_INPUT
    assert "out of date for blocking/fundamentals" in capsys.readouterr().err
    assert not (tmp_path / "dist").exists()
