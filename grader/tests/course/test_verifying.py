"""Tests of certifying a course: when it is green, and each way in which it is red."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from grader.course import Verification, verification, verify
from grader.course.matrix import print_matrix
from grader.grading import Judged, read_record, read_timelines
from grader.lab.exercises import Course, Exercise
from grader.tests.course.tiny_course import SLOW, SOLUTION, STUB, SUITE, VARIANT, TinyCourse
from grader.tests.report.made import Terminal

if TYPE_CHECKING:
    from pathlib import Path

NEEDING = SUITE.replace(
    "scenario=TWO_JOBS)\n    def test_time", 'scenario=TWO_JOBS, needs=("test_order",))\n    def test_time'
)
WRONG: dict[str, dict[str, str | None]] = {
    "stub-passes": {"stub": SOLUTION.replace("one after another.", "one after another. TODO 1, TODO 2")},
    "stub-fails-otherwise": {"stub": STUB.replace("raise NotImplementedError(", "raise ValueError(")},
    "solution-fails": {"solution": SOLUTION.replace("for job in jobs]", "for job in jobs][::-1]")},
    "variant-fails": {"variant": VARIANT.replace("return results", "return results[::-1]")},
    "mistake-passes": {"slow": SLOW.replace("time.sleep(1)", "time.sleep(0)")},
    "mistake-fails-more": {"slow": SLOW.replace("for job in jobs]", "for job in jobs][::-1]")},
    "unknown-check": {"slow": SLOW.replace("fails: test_time", "fails: test_time, test_speed")},
    "says-otherwise": {"slow": SLOW.replace("too long", "a long time")},
    "no-header": {"slow": SLOW.replace("says:", "said:"), "reversed": "def run(:"},
    "wrong-points": {"suite": SUITE.replace("points=6", "points=1")},
    "unproven": {"slow": None},
    "no-solution": {"solution": None},
    "no-stub": {"stub": None},
    "broken-judgement": {"suite": SUITE.replace("expect.makespan(seen, 2)", "expect.makespan(seen)")},
    "stub-syntax": {"stub": "def run(:"},
    "solution-syntax": {"solution": "def run(:\n    pass"},
}
STALE = "tests/reference.json is stale; write it with: nox -s verify -- --record"
STALE_TIMELINES = STALE.replace("reference", "timelines")


@pytest.fixture(scope="module")
def green(tmp_path_factory: pytest.TempPathFactory) -> TinyCourse:
    """A course of two exercises in which everything is right, and recorded."""
    course = TinyCourse(tmp_path_factory.mktemp("green"))
    course.add("adding")
    course.add("needing", suite=NEEDING)
    found = course.verify(record=True)
    assert (found.problems, found.faults) == ([], [])
    return course


@pytest.fixture(scope="module")
def red(tmp_path_factory: pytest.TempPathFactory) -> tuple[TinyCourse, Verification]:
    """A course in which each exercise is wrong in a way of its own, and what verifying found."""
    course = TinyCourse(tmp_path_factory.mktemp("red"))
    for concept, changed in WRONG.items():
        course.add(concept, **changed)
    return course, course.verify()


def problems_of(found: Verification, concept: str) -> list[str]:
    """Return what is said about one exercise, but for the records, without its name."""
    name = f"{concept}/fundamentals"
    own = [problem for problem in found.problems if name in problem and not problem.endswith((STALE, STALE_TIMELINES))]
    return [problem.removeprefix(f"{name}: ").removeprefix(f"{name} ") for problem in own]


def test_a_course_in_which_everything_is_right(green: TinyCourse, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is reported, the exit code is 0, and the matrix shows what failed as it must."""
    assert verify(green.course, green.course.exercises()) == 0
    assert capsys.readouterr().out.splitlines() == [
        "adding/fundamentals",
        "  1 test_order",
        "  2 test_time",
        "  stub              x x",
        "  solution          . .",
        "  variant for_loop  . .",
        "  mistake reversed  x .",
        "  mistake slow      . x",
        "",
        "needing/fundamentals",
        "  1 test_order",
        "  2 test_time",
        "  stub              x -",
        "  solution          . .",
        "  variant for_loop  . .",
        "  mistake reversed  x -",
        "  mistake slow      . x",
        "",
        "2 stubs, 2 solutions, 2 variants, 4 mistakes: 20 verdicts, no problem",
    ]


@pytest.mark.parametrize(
    ("concept", "problems"),
    [
        (
            "stub-passes",
            [
                "stub and solution have different docstrings of run",
                "stub: test_order should fail as not started, but: pass",
                "stub: test_time should fail as not started, but: pass",
            ],
        ),
        (
            "stub-fails-otherwise",
            [
                "stub: test_order should fail as not started, but: It raised ValueError: TODO 1: run them. *",
                "stub: test_time should fail as not started, but: The call returned too early. *",
            ],
        ),
        (
            "solution-fails",
            ["solution: must pass test_order, but: The results are in another order than the jobs. | *"],
        ),
        (
            "variant-fails",
            ["variant for_loop: must pass test_order, but: The results are in another order than the jobs. | *"],
        ),
        ("mistake-passes", ["mistake slow: must fail test_time, but: pass"]),
        (
            "mistake-fails-more",
            ["mistake slow: fails test_order, which it doesn't name: The results are in another order than *"],
        ),
        ("unknown-check", ["mistake slow: names the check test_speed, which doesn't exist"]),
        (
            "says-otherwise",
            ["mistake slow: no failure says 'The call took a long time.', but: The call took too long."],
        ),
        (
            "no-header",
            [
                "no mistake fails test_order, so nothing shows that it can fail",
                "mistake reversed: its docstring must say `fails: <checks>` and `says: <what the student must read>`",
                "mistake slow: its docstring must say `fails: <checks>` and `says: <what the student must read>`",
            ],
        ),
        ("wrong-points", ["its checks are worth 5 points together, not 10"]),
        ("unproven", ["no mistake fails test_time, so nothing shows that it can fail"]),
        ("no-solution", ["solutions/no-solution/fundamentals.py is missing"]),
        ("no-stub", ["exercises/no-stub/fundamentals.py is missing"]),
        ("broken-judgement", []),
        (
            "stub-syntax",
            [
                "the stub is not valid Python in line 1: invalid syntax",
                "the stub has tasks none, README.md has 1, 2",
                "the stub has tasks none, HINTS.md has 1, 2",
                "the stub has tasks none, its suite has 1, 2",
                "stub: test_order should fail as not started, but: The file is not valid Python in line 1: *",
                "stub: test_time should fail as not started, but: The file is not valid Python in line 1: *",
            ],
        ),
        (
            "solution-syntax",
            [
                "the solution is not valid Python in line 1: invalid syntax",
                "solution: must pass test_order, but: The file is not valid Python in line 1: *",
                "solution: must pass test_time, but: The file is not valid Python in line 1: *",
            ],
        ),
    ],
)
def test_what_is_wrong(red: tuple[TinyCourse, Verification], concept: str, problems: list[str]) -> None:
    """Each thing that is wrong is told once, with where it is and what was seen, and nothing else is."""
    found = problems_of(red[1], concept)
    assert len(found) == len(problems), found
    for said, wanted in zip(found, problems, strict=True):
        assert said.startswith(wanted[:-1]) if wanted.endswith("*") else said == wanted


def test_what_could_not_be_judged(red: tuple[TinyCourse, Verification]) -> None:
    """A judgement of the suite that goes wrong is the grader's fault, with the line, and nobody's mistake."""
    said = "test_time could not be judged: TypeError: makespan() missing 1 required positional argument: 'seconds'"
    entries = ("solution", "variant for_loop", "mistake reversed", "mistake slow")
    assert red[1].faults == [
        f"broken-judgement/fundamentals {entry}: {said} (test_fundamentals.py, line 15)" for entry in entries
    ]


def test_the_record_of_what_is_right_is_missing(red: tuple[TinyCourse, Verification]) -> None:
    """Where a solution passes everything and nothing is recorded, that is told, and no other figures are compared."""
    unfit = {"solution-fails", "solution-syntax", "no-solution", "broken-judgement"}
    for stale in (STALE, STALE_TIMELINES):
        told = [problem.partition("/")[0] for problem in red[1].problems if problem.endswith(stale)]
        assert sorted(told) == sorted(WRONG.keys() - unfit)


def test_a_matrix_with_problems(red: tuple[TinyCourse, Verification], capsys: pytest.CaptureFixture[str]) -> None:
    """The matrix marks what isn't as it must be, and tells every problem and fault below."""
    print_matrix(red[1], Console(file=sys.stdout, soft_wrap=True))
    printed = capsys.readouterr().out.splitlines()
    begin = printed.index("mistake-fails-more/fundamentals")
    assert printed[begin + 3 : begin + 8] == [
        "  stub              x x",
        "  solution          . .",
        "  variant for_loop  . .",
        "  mistake reversed  x .",
        "  mistake slow      ! x",
    ]
    begin = printed.index("broken-judgement/fundamentals")
    assert printed[begin + 4] == "  solution          . !"
    assert sum(line.startswith("! ") for line in printed) == len(red[1].problems) + len(red[1].faults)
    assert sum(line.startswith("! the grader: ") for line in printed) == len(red[1].faults) == 4
    assert printed[-1].startswith("15 stubs, 15 solutions, 16 variants, 31 mistakes: ")
    assert printed[-1].endswith(f" {len(red[1].problems) + 4} problems")


def test_exit_codes(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """0 for nothing, 1 for problems, and 3 as soon as the grader itself could not judge."""
    course = Course(tmp_path)
    for problems, faults, code in (([], [], 0), (["one"], [], 1), (["one"], ["two"], 3), ([], ["two"], 3)):
        found = Verification({}, problems, faults)
        monkeypatch.setattr("grader.course.verification", lambda *_, found=found, **__: found)
        assert verify(course, []) == code
    assert capsys.readouterr().out.splitlines()[-2:] == [
        "! the grader: two",
        "0 stubs, 0 solutions, 0 variants, 0 mistakes: 0 verdicts, 1 problem",
    ]


def test_ctrl_c(green: TinyCourse, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C ends verifying, and no half of it is reported as if it were the whole."""
    monkeypatch.setattr("grader.course.verifying.judge", lambda _: Judged(interrupted=True))
    with pytest.raises(KeyboardInterrupt):
        green.verify()


def test_recording(tmp_path: Path) -> None:
    """The record is compared, becomes stale with suite or solution, and is written whole or not at all."""
    course = TinyCourse(tmp_path)
    course.add("adding", stub=STUB, slow=None)
    course.add("wrong", solution=SOLUTION.replace("jobs]", "jobs][::-1]"), slow=None)
    record = tmp_path / "tests" / "reference.json"
    gone = {"suite": "", "solution": "", "checks": {}}
    record.write_text(
        json.dumps({"exercises": {"gone/fundamentals": gone, "wrong/fundamentals": gone}}), encoding="utf-8"
    )

    course.verify(record=True)
    written = json.loads(record.read_bytes())["exercises"]
    assert written["adding/fundamentals"]["checks"] == {
        "test_order": {"makespan": 2.0, "peak": 1},
        "test_time": {"makespan": 2.0, "peak": 1},
    }
    # What belongs to no exercise goes; of a solution that fails, nothing is measured.
    assert written.keys() == {"adding/fundamentals", "wrong/fundamentals"}
    assert written["wrong/fundamentals"] == gone
    assert not list(record.parent.glob("*.partial"))

    course.write("tests/adding/test_fundamentals.py", SUITE + "\n    # changed\n")
    assert f"adding/fundamentals: {STALE}" in course.verify().problems

    record.write_text("{ not json", encoding="utf-8")
    problems = course.verify().problems
    assert any(
        problem.startswith("tests/reference.json can't be read: ") and "\n" not in problem for problem in problems
    )
    course.verify(record=True)
    assert read_record(course.course).exercises.keys() == {"adding/fundamentals"}
    assert not any("reference.json" in problem for problem in course.verify().problems)


def test_recording_timelines(tmp_path: Path) -> None:
    """Of every check that takes time, the reference's lanes are recorded; a file that can't be read costs no other."""
    course = TinyCourse(tmp_path)
    adding = course.add("adding", slow=None)
    course.verify(record=True)
    (lane,) = read_timelines(course.course)[adding.id].lanes("test_time")
    assert (lane.name, [(item.began, item.ended, item.label) for item in lane.segments]) == (
        "caller",
        [(0, 1, "job 1"), (1, 2, "job 2")],
    )
    assert [problem for problem in course.verify().problems if "stale" in problem] == []

    file = tmp_path / "tests" / "timelines.json"
    written = file.read_text(encoding="utf-8")
    file.write_text(written.replace("job 2", "job 3"), encoding="utf-8")
    assert f"{adding.id}: {STALE_TIMELINES}" in course.verify().problems
    file.write_text("{ not json", encoding="utf-8")
    assert any(problem.startswith("tests/timelines.json can't be read: ") for problem in course.verify().problems)
    course.verify(record=True)
    assert file.read_text(encoding="utf-8") == written


def test_a_suite_that_can_not_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A suite with a syntax error is a fault, told once: no flood of problems, nothing is recorded, exit code 3."""
    course = TinyCourse(tmp_path)
    course.add("adding")
    course.add("broken", suite="def test_order(:\n")
    code = verify(course.course, course.course.exercises(), record=True)
    printed = capsys.readouterr().out.splitlines()
    assert code == 3
    assert printed[-1] == "2 stubs, 2 solutions, 2 variants, 4 mistakes: 10 verdicts, 1 problem"
    assert all(line.startswith("! the grader: ") for line in printed if line.startswith("! "))
    assert sum("the suite broken/test_fundamentals.py could not be read" in line for line in printed) == 1
    assert sum(line.endswith("SyntaxError: invalid syntax") for line in printed) == 1
    assert not (tmp_path / "tests" / "reference.json").exists()


def test_one_exercise_of_several(green: TinyCourse) -> None:
    """Only what is asked for is judged, and the record of the others stays."""
    before = read_record(green.course)
    found = verification(green.course, [Exercise("adding", "fundamentals")], record=True)
    assert list(found.rows) == [Exercise("adding", "fundamentals")]
    assert read_record(green.course) == before


def test_on_a_terminal_verifying_says_how_far_it_is(green: TinyCourse, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line that is taken away again counts the verdicts; the matrix is as ever."""
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.setenv("TERM", "xterm")
    assert verify(green.course, green.course.exercises()) == 0
    _, *going_on, last = terminal.getvalue().split("\r")
    assert any(text.startswith("2 verdicts so far: adding/fundamentals") for text in going_on)
    assert "adding/fundamentals" in last.splitlines()[0]
    assert "so far" not in last
