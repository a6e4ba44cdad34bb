"""Grades a submission in Classroom 50: its runner executes this file in the student's checkout.

It lies beside `course/`, the instructor's own copy of the grader and the suites; `nox -s classroom50` puts the two
together. Of the checkout, only the exercises' files are read.

It ends with 0 if there is a grade, whatever the grade. Anything else, and no `result.json`, means that the submission
could not be graded; Classroom 50 then says so and counts no points.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

COURSE = Path(__file__).resolve().parent / "course"


def install(course: Path, folder: Path) -> Path:
    """Installs what the grader needs into an environment of its own; from then on nothing needs the network.

    Returns the environment's Python.
    """
    venv.create(folder, clear=True, symlinks=True, with_pip=True)
    python = folder / "bin" / "python"
    pip: list[str | Path] = [
        python,
        "-m",
        "pip",
        "--quiet",
        "--disable-pip-version-check",
        "install",
        "--require-hashes",
    ]
    subprocess.run([*pip, "-r", course / "requirements" / "grade.txt"], check=True)
    return python


def grade(python: Path, course: Path, checkout: Path) -> int:
    """Grades the checkout and writes `result.json` and `release-body.md` into it; returns the grader's exit code."""
    submission = checkout / "exercises"
    command: list[str | Path] = [python, "-P", "-m", "grader", "grade", "--format", "classroom50"]
    arguments: list[str | Path] = ["--submission", submission if submission.is_dir() else checkout, "--out", checkout]
    return subprocess.run(
        [*command, *arguments], cwd=course, env={**os.environ, "PYTHONPATH": str(course)}, check=False
    ).returncode


def main() -> int:
    """Installs and grades."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("RUNNER_TEMP"), prefix="grader-") as folder:
        return grade(install(COURSE, Path(folder)), COURSE, Path.cwd())


if __name__ == "__main__":
    sys.exit(main())
