"""What `--out` leaves in its folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from grader.cli import BAD_INPUT, FAILED, main
from grader.grading import Run
from grader.lab.failure import Lane
from grader.report import Commands, ReportFolder, to_json
from grader.tests.report.made import SEQUENTIAL, MadeRuns, exercise, failed, lanes_of, passed, report, sequential

if TYPE_CHECKING:
    import pytest

ROOT = Path(__file__).parents[3]
RUNS = {"test_overlap": SEQUENTIAL, "test_order": Run([Lane("caller", [])])}
GRADED = report(exercise(failed(sequential()), passed()))


def written(folder: Path, *, traces: bool) -> list[str]:
    """The files that a report leaves."""
    runs = MadeRuns(RUNS, {"test_overlap": lanes_of(5, together=True)})
    made = ReportFolder(folder, Commands(), traces=traces, runs=runs)
    made.prepare()
    made.write(GRADED)
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_a_report_and_a_page(tmp_path: Path) -> None:
    """The model and the page are written, and no trace that nobody asked for."""
    assert written(tmp_path, traces=False) == ["report.html", "report.json"]
    assert (tmp_path / "report.json").read_text(encoding="utf-8") == to_json(GRADED)
    assert "traces/" not in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_traces_beside_the_page(tmp_path: Path) -> None:
    """Each check of which something was seen has its trace, with the reference's, and the page links to it."""
    trace = "traces/concurrency/fundamentals/test_overlap.json"
    assert written(tmp_path, traces=True) == ["report.html", "report.json", trace]
    assert f'href="{trace}"' in (tmp_path / "report.html").read_text(encoding="utf-8")
    processes = {event["pid"] for event in json.loads((tmp_path / trace).read_bytes())["traceEvents"]}
    assert processes == {1, 2}


def test_traces_need_a_folder(capsys: pytest.CaptureFixture[str]) -> None:
    """`--traces` without `--out` is bad usage, and the message says what to give."""
    assert main(["grade", "concurrency/fundamentals", "--traces"]) == BAD_INPUT
    assert "give --out a folder" in capsys.readouterr().err


def test_a_graded_submission_beside_the_reference(tmp_path: Path) -> None:
    """A real grading: the page shows the lines that cost time, and both timelines."""
    wrong = tmp_path / "exercises" / "concurrency"
    wrong.mkdir(parents=True)
    (wrong / "fundamentals.py").write_text(
        "import threading\n\n\ndef run_concurrently(jobs):\n    results = []\n    for job in jobs:\n"
        "        thread = threading.Thread(target=lambda: results.append(job()))\n        thread.start()\n"
        "        thread.join()\n    return results\n",
        encoding="utf-8",
    )
    arguments = ["concurrency/fundamentals", "--check", "test_jobs_overlap", "--submission", str(wrong.parent)]
    command = [sys.executable, "-P", "-m", "grader", "grade", *arguments, "--out", str(tmp_path / "out"), "--traces"]
    # In a process of its own: pytest keeps suites by their names, and other tests have courses with the same ones.
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False, capture_output=True, text=True
    )
    assert done.returncode == FAILED, done.stderr
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    for words in ("Your program: 10 s, 1 at once", "The reference solution: 2 s, 5 at once", "thread.join()", "10 s"):
        assert words in page
    trace = json.loads((tmp_path / "out/traces/concurrency/fundamentals/test_jobs_overlap.json").read_bytes())
    jobs = [(event["pid"], event["ts"]) for event in trace["traceEvents"] if event.get("cat") == "job"]
    assert jobs == [(1, number * 2e6) for number in range(5)] + [(2, 0.0)] * 5
