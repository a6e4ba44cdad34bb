"""Gradings by the real command where the machine around it fails: disk, permissions, memory, terminal, clock."""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from grader import launching
from grader.cli import BAD_INPUT, CANNOT_JUDGE, FAILED, INTERRUPTED, main
from grader.grading import Grading, Limits, Session, WorkerPlayer, grade, judge
from grader.lab import CannotJudgeError
from grader.lab.exercises import Course
from grader.lab.playing import Submission
from grader.report import write_file
from grader.tests.faults.conftest import ROOT, VERDICTS, make_course, verdicts_of

if TYPE_CHECKING:
    from pathlib import Path

COMMAND = [sys.executable, "-P", "-m", "grader", "grade", "--seed", "1"]
RUNS_FOR_EVER = "def run(jobs):\n    while True:\n        pass\n"
# Each look at the wall clock finds it a day further back, or ahead, than the last.
JUMPING_CLOCK = """
real, looks = time.time, iter(range(10**9))
time.time = lambda: real() + (-1) ** (look := next(looks)) * 86_400.0 * look
"""
_DROP_FROM_BOUNDING_SET = 24

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small course as the current folder, with an empty folder `tmp` for temporary files."""
    root = make_course(tmp_path / "course").root
    (root / "tmp").mkdir()
    monkeypatch.chdir(root)
    monkeypatch.setenv("TMPDIR", str(root / "tmp"))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    return root


def bound_by_permissions() -> None:
    """Let the program that runs next obey permissions, also if it runs as root."""
    for capability in (1, 2):  # to write and to read in spite of them
        ctypes.CDLL(None).prctl(_DROP_FROM_BOUNDING_SET, capability, 0, 0, 0)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Grade by the real command."""
    done = subprocess.run(
        [*COMMAND, *arguments],
        preexec_fn=bound_by_permissions,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done


def needs_permissions() -> None:
    """Skip where nothing makes a program obey permissions."""
    if os.geteuid() == 0 and sys.platform != "linux":
        pytest.skip("root may read and write everything here")


def on_a_disk_of(size: int, filled: int, place: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Grade by the real command, with a small disk of its own in a folder, so many bytes of it filled."""
    isolated = ["unshare", "--mount", "--map-root-user", "sh", "-c"]
    mount = f"mount -t tmpfs -o size={size} none {place}"
    if (
        shutil.which("unshare") is None
        or subprocess.run([*isolated, mount], capture_output=True, check=False).returncode
    ):
        pytest.skip("no disk can be mounted here: that takes `unshare` and a kernel that lets it")
    script = f'{mount} && head -c {filled} /dev/zero >{place}/filled && "$@"; code=$?; ls -A {place}; exit $code'
    return subprocess.run([*isolated, script, "sh", *COMMAND, *arguments], capture_output=True, text=True, check=False)


@pytest.mark.usefixtures("course")
def test_a_full_disk_for_temporary_files_says_so() -> None:
    """Where no run has room nothing is judged: exit code 3, the reason and the remedy, and nothing is left there."""
    done = on_a_disk_of(1 << 20, 1 << 19, "tmp")
    assert (done.returncode, done.stdout) == (CANNOT_JUDGE, "filled\n")
    assert "No space left on device.\nSet TMPDIR to a folder" in done.stderr


def test_a_full_disk_for_reports_loses_no_verdict(course: Path) -> None:
    """The results are printed, the report is absent rather than half there, and the exit code is 2."""
    (course / "results").mkdir()
    done = on_a_disk_of(4096, 4096, "results", "--out", "results")
    assert done.returncode == BAD_INPUT
    assert "report.json can't be written: No space left on device." in done.stderr
    assert "16/20" in done.stdout
    assert done.stdout.endswith("This is practice: no grade.\nfilled\n")


def test_a_folder_for_temporary_files_that_is_read_only(course: Path) -> None:
    """It is named, with the remedy: exit code 3."""
    needs_permissions()
    (course / "tmp").chmod(0o500)
    done = run()
    assert done.returncode == CANNOT_JUDGE
    assert f"{course / 'tmp'}: Permission denied.\nSet TMPDIR to a folder" in done.stderr


def test_an_exercise_that_may_not_be_read_is_nobodys_failure(course: Path) -> None:
    """Its checks are errors, the other exercise is graded as ever, and the exit code is 3."""
    needs_permissions()
    (course / "exercises/concurrency/http_api.py").chmod(0)
    done = run("--format", "json")
    assert done.returncode == CANNOT_JUDGE
    first, second = json.loads(done.stdout)["exercises"]
    assert verdicts_of(first) == VERDICTS["concurrency/fundamentals"]
    assert verdicts_of(second) == {"test_one": "error"}
    assert "can't be read: Permission denied. Check its permissions" in second["checks"][0]["message"]


@pytest.mark.parametrize(("folder", "arguments"), [("exercises", []), ("results", ["--out", "results"])])
def test_a_folder_that_may_not_be_used_is_named(course: Path, folder: str, arguments: list[str]) -> None:
    """Exercises that can't be read and reports that can't be written are told before anything is run: exit code 2."""
    needs_permissions()
    (course / folder).mkdir(exist_ok=True)
    (course / folder).chmod(0o400)
    done = run(*arguments)
    (course / folder).chmod(0o700)
    assert (done.returncode, done.stdout) == (BAD_INPUT, "")
    assert "Permission denied" in done.stderr
    assert folder in done.stderr


@pytest.mark.parametrize("text", ["", '{"exercises": {"concurrency/funda', "[]", None])
def test_a_record_that_is_damaged_says_how_to_get_it_back(
    course: Path, capsys: pytest.CaptureFixture[str], text: str | None
) -> None:
    """An empty, half-written or other file, or a folder in its place: exit code 2 before anything is run."""
    record = course / "tests" / "reference.json"
    if text is None:
        record.mkdir()
    else:
        record.write_text(text, encoding="utf-8")
    assert main(["grade"]) == BAD_INPUT
    assert "git checkout -- tests/reference.json" in capsys.readouterr().err


def test_two_gradings_at_once_write_whole_reports(course: Path) -> None:
    """Both end as ever, and the reports that stay are of one of them, whole, with nothing beside them."""
    both = [
        subprocess.Popen([*COMMAND, "--out", "results"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for _ in range(2)
    ]
    told = [process.communicate()[0] for process in both]
    assert [process.returncode for process in both] == [FAILED, FAILED], told
    page, report = sorted((course / "results").iterdir())
    assert page.read_text(encoding="utf-8").endswith("</html>\n")
    found = json.loads(report.read_text(encoding="utf-8"))
    assert {exercise["id"]: verdicts_of(exercise) for exercise in found["exercises"]} == VERDICTS
    assert list((course / "tmp").iterdir()) == []


def test_a_report_that_is_written_meanwhile_stays_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever comes later replaces it; nobody writes into another's."""
    sync = os.fsync

    def interfere(descriptor: int) -> None:
        monkeypatch.setattr(os, "fsync", sync)
        write_file(tmp_path, "report.json", "theirs")
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", interfere)
    write_file(tmp_path, "report.json", "ours")
    assert [(path.name, path.read_text(encoding="utf-8")) for path in tmp_path.iterdir()] == [("report.json", "ours")]


def test_a_reader_that_goes_away_loses_no_report(course: Path) -> None:
    """`grade | head -1` ends quietly, with the exit code that it would have had, and writes its report."""
    reader, writer = os.pipe()
    with subprocess.Popen([*COMMAND, "--out", "results"], stdout=writer, stderr=subprocess.PIPE, text=True) as process:
        os.close(writer)
        os.read(reader, 1)
        os.close(reader)
        assert process.communicate()[1] == ""
    assert process.returncode == FAILED
    assert len(json.loads((course / "results/report.json").read_text(encoding="utf-8"))["exercises"]) == len(VERDICTS)


def test_ctrl_c_ends_it_at_once(course: Path) -> None:
    """The process group gets it, as from a terminal, while a program runs for ever: what was judged is shown."""
    (course / "exercises/concurrency/http_api.py").write_text(RUNS_FOR_EVER, encoding="utf-8")
    with subprocess.Popen(
        COMMAND, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        os.killpg(process.pid, signal.SIGINT)
        rest, errors = process.communicate()
    assert first.startswith("concurrency/fundamentals")
    assert "Interrupted: only the exercises above were judged to the end." in rest
    assert "concurrency/http_api" not in rest
    assert (process.returncode, errors, list((course / "tmp").iterdir())) == (INTERRUPTED, "", [])


def test_a_clock_that_jumps_changes_nothing(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No deadline of judge, nursery, slot or worker goes by the wall clock, which is set back and ahead by days."""
    exec(JUMPING_CLOCK, {"time": (clock := SimpleNamespace(time=time.time))})  # noqa: S102 - the text is above
    monkeypatch.setattr(time, "time", clock.time)
    monkeypatch.setattr(launching, "BOOT", f"import time\n{JUMPING_CLOCK}\n{launching.BOOT}")
    (course / "exercises/concurrency/http_api.py").write_text(RUNS_FOR_EVER, encoding="utf-8")
    exercises = Course(course).exercises()
    submissions = {exercise: [Submission(exercise, course / "exercises" / exercise.file)] for exercise in exercises}
    judged = judge(Session(Course(course), submissions, 1, WorkerPlayer(Limits(call=5.0, cpu=0.3, suite=5.0))))
    assert judged.faults == []
    assert [item.verdict for item in judged.judgements] == ["pass", "fail", "fail"]
    told = [item.failure.verdict for item in judged.judgements if item.failure is not None]
    assert told[0] == "It raised ValueError."
    assert told[1].startswith("Your program computed without end")


def test_a_judge_without_threads_says_so(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no thread can be started nothing is judged: one message, with the remedy."""
    monkeypatch.setattr(threading.Thread, "start", _refuse)
    with pytest.raises(CannotJudgeError, match=r"can't start new thread. End others, and try again."):
        grade(Grading(Course(course), Course(course).exercises(), course / "exercises", 1))


def _refuse(_: threading.Thread) -> None:
    msg = "can't start new thread"
    raise RuntimeError(msg)


def test_a_judge_without_memory_says_so(
    course: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """There is one message and exit code 3, and no traceback."""

    def short(_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("grader.cli._grade.find_course", short)
    assert main(["grade"]) == CANNOT_JUDGE
    assert capsys.readouterr().err.startswith("The grader has no memory left.")
