"""The command's own output: what goes where, and what happens when it can't."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
NOISY = """\
import os
import sys

print("printed while imported", file=sys.stderr)
os.write(1, b"written to the descriptor")


def run_concurrently(jobs):
    print('{"schema": "forged"}')
    return [job() for job in jobs]
"""


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course of one exercise, and a submission that prints all it can."""
    root = tmp_path_factory.mktemp("course")
    for file in ("tests/concurrency/test_fundamentals.py", "tests/reference.json"):
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / file, root / file)
    noisy = root / "exercises" / "concurrency" / "fundamentals.py"
    noisy.parent.mkdir(parents=True)
    noisy.write_text(NOISY, encoding="utf-8")
    return root


def graded(course: Path, *options: str, stdout: int = subprocess.PIPE) -> subprocess.CompletedProcess[str]:
    """What `grader grade` did there."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-m", "grader", "grade", *options],
        cwd=course, env=environment, stdin=subprocess.DEVNULL, stdout=stdout, stderr=subprocess.PIPE, text=True,
        check=False, timeout=50,
    )  # fmt: skip


def test_json_is_all_that_is_printed(course: Path) -> None:
    """Whatever a submission prints, standard output is one JSON text, and the file holds the same."""
    done = graded(course, "--format", "json", "--out", "out")
    report = json.loads(done.stdout)
    assert done.returncode == 1
    assert report["schema"] == "grader/report/v1"
    assert (course / "out" / "report.json").read_text(encoding="utf-8") == done.stdout
    (check,) = [check for check in report["exercises"][0]["checks"] if check["id"] == "test_jobs_overlap"]
    assert check["failure"]["output"].endswith('written to the descriptor{"schema": "forged"}\n')
    assert check["rerun"] == f"concurrency/fundamentals --check test_jobs_overlap --seed {report['seed']}"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("form", ["json", "terminal"])
def test_a_report_that_cannot_be_printed(course: Path, form: str) -> None:
    """A full disk behind standard output is said in one line, with the exit code of bad input."""
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = graded(course, "--format", form, "--check", "test_jobs_overlap", stdout=full.fileno())
    assert done.returncode == 2
    assert "The report can't be printed: No space left on device." in done.stderr


def test_a_folder_that_cannot_be_written_is_refused_at_once(course: Path) -> None:
    """Nobody waits for a report that can't be kept."""
    done = graded(course, "--out", str(Path(__file__)))
    assert done.returncode == 2
    assert done.stdout == ""
    assert "can't be written" in done.stderr
