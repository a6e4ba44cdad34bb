"""Tests of the pytest plugin, as an editor or a suite's author uses it: `pytest tests/<concept>`."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest

import grader.lab.plugin  # noqa: F401 - or pytester would forget its modules, which others hold, after its first run
from grader.lab import CannotJudgeError
from grader.lab.in_process import InProcessPlayer

if TYPE_CHECKING:
    from collections.abc import Callable

pytest_plugins = ["pytester"]

HEAD = """
    import pytest
    from grader.lab import Seen, call, check, expect, jobs, play

    TWO_JOBS = call("run", jobs(2, seconds=2))
"""
CHECKS = """
    @check("The results come in order", task=1, points=4, scenario=TWO_JOBS)
    def test_results(seen: Seen) -> None:
        expect.results(seen)

    @check("Two jobs of 2 s take 4 s", task=1, points=6, scenario=TWO_JOBS, needs=("test_results",))
    def test_makespan(seen: Seen) -> None:
        expect.makespan(seen, 4)
"""
RIGHT = "def run(jobs):\n    return [job() for job in jobs]\n"
REVERSED = "def run(jobs):\n    return [job() for job in jobs][::-1]\n"

Course = Any
"""Of the fixture: a function that runs pytest in a tiny course with a suite and files by their paths."""


@pytest.fixture
def course(pytester: pytest.Pytester) -> Callable[..., pytest.RunResult]:
    """Return a function that lays out a tiny course, and runs pytest on its only suite."""

    def run(checks: str, *options: str, head: str = HEAD, **files: str) -> pytest.RunResult:
        options = (*options, "--import-mode=importlib", "--disable-plugin-autoload", "-p", "pytest_timeout")
        pytester.makeini("[pytest]\naddopts = -p no:cacheprovider --strict-markers\n")
        suite = dedent(head) + dedent(checks)
        contents = {"tests/adding/test_basics.py": suite, "tests/conftest.py": "from grader.lab.plugin import *\n"}
        contents |= {f"{tree}/adding/basics.py": source for tree, source in files.items()}
        for name, content in contents.items():
            path = pytester.path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
        return pytester.runpytest_inprocess("tests/adding", *options)

    return run


def lines_of(result: pytest.RunResult) -> str:
    """Return what pytest printed."""
    return "\n".join(result.outlines + result.errlines)


def test_the_students_own_tree(course: Course) -> None:
    """By default it is `exercises/` that is judged, and the header has the seed that repeats the run."""
    result = course(CHECKS, exercises=RIGHT)
    result.assert_outcomes(passed=2)
    result.stdout.re_match_lines([r"grader: --seed \d+$"])


def test_another_tree(course: Course) -> None:
    """`--submission` names any other tree of the same shape, and `--seed` the random inputs."""
    result = course(CHECKS, "--submission", "other", "--seed", "77", exercises=REVERSED, other=RIGHT)
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["grader: --seed 77"])


def test_from_within_the_course(course: Course, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever folder of the course pytest is called from, the same tree is judged."""
    course(CHECKS, "--collect-only", exercises=RIGHT)
    monkeypatch.chdir(pytester.path / "tests")
    pytester.runpytest_inprocess("adding", "--import-mode=importlib").assert_outcomes(passed=2)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--submission", "nowhere"], "*The submission 'nowhere' is not a folder. Give --submission a folder shaped*"),
        (["--submission", "tests/conftest.py"], "*The submission 'tests/conftest.py' is not a folder.*"),
    ],
)
def test_a_submission_that_is_no_folder(course: Course, options: list[str], said: str) -> None:
    """A wrong tree is bad usage, with the remedy."""
    result = course(CHECKS, *options, exercises=RIGHT)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([said])


def test_a_failure_in_its_own_words(course: Course) -> None:
    """A failure is told as the grader tells it, with no source of the suite and no traceback."""
    result = course(CHECKS, "--seed", "1", exercises=REVERSED)
    result.assert_outcomes(failed=1, skipped=1)
    printed = lines_of(result)
    assert "The results are in another order than the jobs." in printed
    assert "run([2 jobs of 2 s])" in printed
    assert "result 1 is that of job 2" in printed
    assert "How does each result find its own place in the list?" in printed
    for source in ("expect.results", "Failure", "def test_results", "Error", "grader/lab"):
        assert source not in printed


def test_a_check_that_needs_another(course: Course) -> None:
    """What says nothing while another check fails is skipped, with the reason."""
    result = course(CHECKS, "-rs", exercises=REVERSED)
    result.stdout.fnmatch_lines(["SKIPPED*says nothing while test_results fails"])
    course(CHECKS, exercises=RIGHT).assert_outcomes(passed=2)


def test_a_check_that_needs_a_skipped_one(course: Course) -> None:
    """Being skipped goes on to whoever needs the skipped one."""
    third = """
        @check("Nothing is left", task=1, points=1, scenario=TWO_JOBS, needs=("test_makespan",))
        def test_tidy(seen):
            expect.nothing_left(seen)
    """
    course(dedent(CHECKS) + dedent(third), exercises=REVERSED).assert_outcomes(failed=1, skipped=2)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("def run(", "The file is not valid Python in line 1: '(' was never closed"),
        ("def walk(jobs): pass", "The file has no function run."),
        ("def run(jobs):\n    raise NotImplementedError('TODO 1')", "Not started yet."),
        ("import sys\ndef run(jobs):\n    sys.exit()", "Your program called sys.exit() in line 3, which ends *"),
        ("def run(jobs):\n    raise KeyboardInterrupt", "It raised KeyboardInterrupt."),
        ("import threading\ndef run(jobs):\n    threading.Event().wait()", "Your program waits for ever: *"),
    ],
    ids=["syntax", "missing", "stub", "exit", "interrupt", "deadlock"],
)  # fmt: skip
def test_what_never_came_to_an_end(course: Course, source: str, said: str) -> None:
    """A file that can't be judged fails its checks in proper words, before they are asked."""
    result = course(CHECKS, exercises=source)
    result.assert_outcomes(failed=1, skipped=1)
    result.stdout.fnmatch_lines([said])


def test_a_missing_file(course: Course) -> None:
    """Without the exercise's file there is a failure, and no traceback."""
    result = course(CHECKS, exercises=RIGHT, other=RIGHT)
    result.assert_outcomes(passed=2)
    result = course(CHECKS, "--submission", "tests")
    result.assert_outcomes(failed=1, skipped=1)
    result.stdout.fnmatch_lines(["exercises/adding/basics.py is missing. Put the file back: *"])


def test_a_folder_in_place_of_the_file(course: Course, pytester: pytest.Pytester) -> None:
    """What can't be read is told with the system's reason."""
    (pytester.path / "exercises" / "adding" / "basics.py").mkdir(parents=True)
    result = course(CHECKS)
    result.assert_outcomes(failed=1, skipped=1)
    result.stdout.fnmatch_lines(["exercises/adding/basics.py can't be read: *."])


def test_a_mistake_of_the_suite_is_an_error(course: Course) -> None:
    """A judgement that itself goes wrong is shown as an error, with its traceback, and is no failure."""
    broken = """
        @check("It is wrong", task=1, points=1, scenario=TWO_JOBS)
        def test_broken(seen):
            seen.no_such_thing()

        @check("It needs that", task=1, points=1, scenario=TWO_JOBS, needs=("test_broken",))
        def test_second(seen):
            pass
    """
    result = course(broken, exercises=RIGHT)
    result.assert_outcomes(errors=1, skipped=1)
    result.stdout.fnmatch_lines(["*seen.no_such_thing()", "E *AttributeError: *no_such_thing*"])


def test_a_grader_that_can_not_judge(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the grader itself says when it can't judge is an error in its own words."""

    def unable(*_: object) -> None:
        message = "the supervisor is gone"
        raise CannotJudgeError(message)

    monkeypatch.setattr(InProcessPlayer, "result", unable)
    result = course(CHECKS, exercises=RIGHT)
    result.assert_outcomes(errors=1, skipped=1)
    result.stdout.fnmatch_lines(["E *CannotJudgeError: the supervisor is gone"])


def test_the_reason_of_an_error(course: Course, pytester: pytest.Pytester) -> None:
    """Whoever listens is told what went wrong, and in which line of the suite."""
    listening = """
        from grader.lab import plugin as lab

        def pytest_collection_finish(session):
            session.config.stash[lab.PLAN].on_judgement = lambda judgement: print(judgement.verdict, judgement.reason)
    """
    conftest = pytester.path / "tests" / "adding" / "conftest.py"
    conftest.parent.mkdir(parents=True)
    conftest.write_text(dedent(listening), encoding="utf-8")
    broken = """
        @check("It is wrong", task=1, points=1, scenario=TWO_JOBS)
        def test_broken(seen):
            seen.no_such_thing()

        @check("It needs that", task=1, points=1, scenario=TWO_JOBS, needs=("test_broken",))
        def test_second(seen):
            pass
    """
    result = course(broken, "-s", exercises=RIGHT)
    result.stdout.fnmatch_lines(
        [
            "*error AttributeError: 'Seen' object has no attribute 'no_such_thing' (test_basics.py, line 9)*",
            "*skip says nothing while test_broken fails*",
        ]
    )


def test_outside_of_a_course(pytester: pytest.Pytester) -> None:
    """Where there is no course, it is said what was looked for."""
    pytester.makeconftest("from grader.lab.plugin import *")
    result = pytester.runpytest_inprocess()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        ["*No course here: neither * nor a folder above it has tests/*", "Change into your clone*"]
    )


def test_tests_that_are_no_checks(course: Course) -> None:
    """Ordinary tests of a suite are left as they are, fixtures, parameters and failures included."""
    ordinary = """
        @pytest.mark.parametrize("number", [1, 2])
        def test_number(number, tmp_path):
            assert number == 1

        class TestThings:
            def test_inside(self):
                pass
    """
    result = course(dedent(CHECKS) + dedent(ordinary), exercises=RIGHT)
    result.assert_outcomes(passed=4, failed=1)
    result.stdout.fnmatch_lines(["E *assert 2 == 1"])


def test_checks_in_a_class(course: Course) -> None:
    """Checks may be methods."""
    inside = """
        class TestThings:
            @check("The results come in order", task=1, points=4, scenario=TWO_JOBS)
            def test_inside(self, seen):
                expect.results(seen)
    """
    course(inside, exercises=RIGHT).assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (
            "def test_it(seen): pass",
            "test_basics.py: test_it takes `seen`, but is no check: put @check(...) above it",
        ),
        (
            '@check("Title", task=1, points=1, scenario=TWO_JOBS)\ndef test_it(): pass',
            "test_basics.py: test_it is a check, so it takes `seen`: give it that parameter",
        ),
        (
            '@pytest.mark.check("Title")\ndef test_it(seen): pass',
            "test_basics.py: test_it is marked by hand: use @check(...) of grader.lab",
        ),
        (
            '@check("Title", task=1, points=1, scenario=TWO_JOBS, needs=("test_other",))\ndef test_it(seen): pass',
            "test_basics.py: test_it needs test_other, which is no check above it",
        ),
        (
            '@check("Title", task=1, points=1, scenario=TWO_JOBS, needs=("test_it",))\ndef test_it(seen): pass',
            "test_basics.py: test_it needs test_it, which is no check above it",
        ),
        (
            '@pytest.mark.parametrize("x", 1)\n@check("A", task=1, points=1, scenario=TWO_JOBS)\ndef test_it(seen): 1',
            "test_basics.py: test_it is a check, which can't be parametrized: write one check for each",
        ),
        (
            '@check("Title", task=1, points=1)\ndef test_it(seen): pass',
            "E   TypeError: check() missing 1 required keyword-only argument: 'scenario'",
        ),
        (
            '@check("Title", task=1, points=1.5, scenario=TWO_JOBS)\ndef test_it(seen): pass',
            "E   grader.lab.scenario.SuiteError: the check 'Title': points is a whole number from 1, and not 1.5",
        ),
        (
            'LIMIT = 3\n\ndef asks(student):\n    return student.run(LIMIT)\n\nplay(asks, words="run")',
            "E   grader.lab.scenario.SuiteError: the play asks uses LIMIT from outside its own body, *",
        ),
    ],
    ids=["seen", "no-seen", "by-hand", "needs", "itself", "parameters", "no-scenario", "points", "play"],
)  # fmt: skip
def test_half_a_check(course: Course, wrong: str, said: str) -> None:
    """What is neither a check nor an ordinary test is refused when the suite is read, with what to do."""
    result = course(wrong, exercises=RIGHT)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([said.replace("[", "[[]")])


def test_a_check_of_ones_own_in_ten_lines(course: Course) -> None:
    """An instructor writes a new check, with a scenario and a judgement of its own, in ten lines."""
    mine = '''
        def called_twice(student, first, second):
            return [student.run(first), student.run(second)]

        TWICE = play(called_twice, jobs(3), jobs(1), words="run, twice:")

        @check("The second call takes no longer than its own jobs", task=2, points=1, scenario=TWICE)
        def test_second_call(seen: Seen) -> None:
            """Four jobs of 1 s take 4 s, and not more."""
            if seen.seconds > 4:
                expect.fail(seen, "The second call took too long.", observed=f"took {seen.seconds:g} s")
    '''
    assert len(dedent(mine).strip().splitlines()) <= 12
    course(mine, exercises=RIGHT).assert_outcomes(passed=1)
    result = course(mine, exercises="import time\n\ndef run(jobs):\n    time.sleep(5)\n")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["The second call took too long.", "*run, twice: ([[]3 jobs of 1 s], [[]1 job of 1 s])", "*took 10 s"]
    )


def test_a_time_out_names_the_line(course: Course) -> None:
    """Under pytest's own time-out, a loop without end is a failure that names its line, and the next check goes on."""
    spinning = "def run(jobs):\n    while jobs:\n        pass\n    return []\n"
    checks = """
        @pytest.mark.timeout(0.5, method="signal")
        @check("Two jobs", task=1, points=1, scenario=TWO_JOBS)
        def test_two(seen):
            expect.results(seen)

        @check("Nothing to do", task=1, points=1, scenario=call("run", jobs()))
        def test_nothing(seen):
            expect.results(seen)
    """
    result = course(checks, exercises=spinning)
    result.assert_outcomes(failed=1, passed=1)
    result.stdout.re_match_lines([r"Your program computed without end, in line [23], and had to be stopped\."])


def test_the_same_seed_gives_the_same_inputs(course: Course) -> None:
    """A failure that shows an input shows the same one when the seed is given again."""
    wrong = "def run(jobs):\n    return [job() for job in jobs][:1] * 2\n"
    shown = []
    for seed in ("5", "5", "6"):
        printed = course(CHECKS, "--seed", seed, exercises=wrong).outlines
        shown.append([line for line in printed if "observed" in line or "expected" in line])
    assert shown[0] == shown[1] != shown[2]
