"""Whole reports as a terminal shows them."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.grading import CheckResult
from grader.lab.failure import FailureData, LineNote
from grader.lab.seen import Measures
from grader.report import Commands
from grader.tests.report.made import exercise, failed, passed, report, sequential, shown, unstarted

FIRST, SECOND = "concurrency/fundamentals", "concurrency/http_api"
GOLDEN = Path(__file__).with_name("golden")


def golden(name: str) -> str:
    """A whole screen as it should be."""
    return (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")


def test_everything_passed() -> None:
    """Every check is listed with its points, and the end says that all is well."""
    graded = report(exercise(passed(), passed("test_none", "No job", points=1, max_points=1)))
    assert shown(graded) == golden("everything_passed")


def test_stubs() -> None:
    """A stub is not a drama: what is to be done is said, and where to begin."""
    long = "TODO 1: send each case, and return the results in the order of the cases, each once"
    graded = report(
        exercise(failed(unstarted()), name=FIRST, started=False),
        exercise(failed(unstarted(long)), name=SECOND, started=False),
    )
    assert shown(graded) == golden("stubs")


def test_a_failure_in_full() -> None:
    """A failure tells its parts in order, then the hints and the command that runs the check again."""
    graded = report(exercise(passed(), failed(sequential())), exercise(passed(), name=SECOND))
    assert shown(graded) == golden("failure")


def test_a_narrow_terminal_without_unicode() -> None:
    """On 50 columns and in ASCII, everything is still there, and nothing is too wide."""
    graded = report(exercise(failed(sequential(jobs=3), title="Three jobs of 2 s take no longer than 2 s")))
    assert shown(graded, width=50, locale="C") == golden("narrow_ascii")


def test_a_file_that_cannot_be_imported() -> None:
    """What is wrong with the whole file is said once, not once for each check."""
    problem = FailureData(
        verdict="The file is not valid Python in line 3: expected ':'",
        lines=[LineNote(3, "def run_concurrently(jobs)", "")],
        question="Does Python itself accept the file? Run it to see.",
        kind="unloadable",
    )
    graded = report(exercise(failed(problem), failed(problem), failed(problem), problem=problem))
    assert shown(graded) == golden("unloadable")


def test_a_check_that_could_not_be_judged() -> None:
    """The grader's own failure is never shown as the student's, and says what to send to whom."""
    error = CheckResult(
        id="test_none", title="No job", task=1, verdict="error", points=0, max_points=1, message="KeyError: 1"
    )
    graded = report(exercise(passed(), error), faults=[f"{FIRST}, test_none: KeyError: 1"])
    text = shown(graded)
    assert text.partition("    │ grader 1.2.3")[0] == golden("not_judged")
    assert "seed 7\n    │ concurrency/fundamentals, test_none: KeyError: 1\n" in text
    assert "Next" not in text
    assert "Well done" not in text


def test_a_long_fault_keeps_its_first_and_last_lines() -> None:
    """Of the grader's own traceback, the line that says what failed and the end are shown."""
    fault = "\n".join(["the suite could not be read:", *[f"frame {number}" for number in range(40)], "SyntaxError"])
    text = shown(report(faults=[fault]))
    assert "    │ the suite could not be read:\n    │ …\n    │ frame 29\n" in text
    assert "    │ SyntaxError\n" in text


def test_of_many_faults_the_first_are_shown() -> None:
    """A fault that hits every check doesn't fill the screen; the same words are said once."""
    text = shown(report(faults=[*["always"] * 9, *[f"fault {number}" for number in range(9)]]))
    assert text.count("always") == 1
    assert "    │ fault 3\n    │ and 5 more\n" in text
    assert "fault 4" not in text


def test_a_skipped_check() -> None:
    """A check that was skipped names the one that it needs by its title."""
    skipped = CheckResult(
        id="test_left",
        title="Leaves no thread behind",
        task=2,
        verdict="skip",
        points=0,
        max_points=1,
        message="says nothing while test_overlap fails",
    )
    failure = FailureData(verdict="No job ran.")
    told = """\
  - Leaves no thread behind                                                  0/1
    Not checked: it says nothing while "Five jobs of 2 s take 2 s" fails.
"""
    assert told in shown(report(exercise(failed(failure), skipped)))


def test_interrupted() -> None:
    """After Ctrl-C, what had been judged is summed up, and nothing is called done."""
    assert shown(report(exercise(passed()), complete=False), interrupted=True) == golden("interrupted")
    assert shown(report(complete=False), interrupted=True) == golden("interrupted_at_once")


def test_the_same_failure_is_told_once() -> None:
    """A check that fails like an earlier one refers to it; one that differs in figures tells those."""
    raised = FailureData(
        verdict="It raised ValueError: no",
        called="run_concurrently([3 jobs of 1 s])",
        expected="no error",
        lines=[LineNote(3, "raise ValueError('no')", "ValueError came from here")],
        output="hello\n",
    )
    graded = report(
        exercise(
            failed(raised, title="First"),
            failed(raised, title="Second"),
            failed(sequential(), title="Third"),
            failed(sequential(jobs=50), "test_fifty", title="Fourth"),
        )
    )
    text = shown(graded)
    assert (
        """\
  ✗ Second                                                                   0/2
    The same as in "First".
  ✗ Third                                                                    0/2
"""
        in text
    )
    assert text.count("> hello") == 1
    assert (
        """\
  ✗ Fourth                                                                   0/2
    │ The jobs ran one after another.
    │ called    run_concurrently([50 jobs of 2 s])
    │ observed  took 100 s; at most 1 job was in progress at once
    │ expected  2 s, as the reference takes; 50 at once
    │ The rest is as in "Third".
    Hints: exercises/concurrency/HINTS.md, Fundamentals, Task 1
    Again: nox -s grade -- concurrency/fundamentals --check test_fifty --seed 7
"""
        in text
    )


def test_failures_that_only_sound_alike_are_told_in_full() -> None:
    """A failure without lines is the same as another only if everything about it is."""
    graded = report(
        exercise(
            failed(FailureData(verdict="Not every job began.", observed="job 1 never began"), title="First"),
            failed(FailureData(verdict="Not every job began.", observed="job 2 never began"), title="Second"),
        )
    )
    assert "job 2 never began" in shown(graded)


def test_a_standstill_lists_each_wait_on_its_own_line() -> None:
    """Who waits for whom is a list; other checks that stand still in the same lines refer to it."""
    waits = "Thread-1 waits for a lock in line 10, held by Thread-2, taken in line 8"
    standstill = FailureData(
        verdict="Your program waits for ever.",
        observed=f"after 3 s of simulated time; {waits}; Thread-2 waits for a lock in line 10, held by Thread-1",
        lines=[LineNote(10, "with second:", "Thread-1 waits here for ever")],
        kind="event",
    )
    other = FailureData(
        verdict="Your program waits for ever.",
        observed="after 9 s of simulated time",
        lines=[LineNote(10, "with second:", "Thread-7 waits here for ever")],
        kind="event",
    )
    text = shown(report(exercise(failed(standstill, title="First"), failed(other, title="Second"))))
    assert (
        """\
    │ observed  after 3 s of simulated time;
    │           Thread-1 waits for a lock in line 10, held by Thread-2, taken in
    │           line 8;
    │           Thread-2 waits for a lock in line 10, held by Thread-1
"""
        in text
    )
    assert '    The same as in "First".\n' in text


def test_the_reference_is_in_the_timeline() -> None:
    """Below the timeline of a failure is how long the reference solution takes, where that says anything."""
    row = "    │ reference  ▒▒▒▒▒▒▒▒▒▒▒▒"
    check = failed(sequential(), measures=Measures(10, 1), reference=Measures(2, 5))
    assert row in shown(report(exercise(check)))
    for reference in (None, Measures(0, 0), Measures(10, 1)):
        assert "▒" not in shown(report(exercise(failed(sequential(), reference=reference))))


def test_the_reference_is_shown_beside_the_students_figures() -> None:
    """A failure that doesn't speak of the reference shows its figures, if they differ from the program's own."""
    failure = FailureData(verdict="The result of job 1 is wrong.", observed="None", expected="'a'", question="Why?")
    own, reference = Measures(0.5, 3), Measures(3, 3)
    differs = failed(failure, measures=own, reference=reference)
    assert """\
    │ expected  'a'
    │ measured  0.5 s, 3 at once; the reference solution: 3 s, 3 at once
    │ Why?
""" in shown(report(exercise(differs)))
    for check in (
        failed(failure, measures=own, reference=own),
        failed(failure, measures=None, reference=reference),
        failed(failure, measures=Measures(0, 0), reference=reference),
        failed(sequential(), measures=own, reference=reference),
    ):
        assert "measured" not in shown(report(exercise(check)))


def test_a_task_that_is_not_started_in_an_exercise_that_is() -> None:
    """A check of a function that is still a stub says so, without drama, beside checks that were judged."""
    graded = report(exercise(passed(), failed(unstarted("TODO 3: keep what the jobs raise"), title="Failing jobs")))
    assert """\
  ○ Failing jobs                                                             0/2
    not started yet. TODO 3: keep what the jobs raise

Total""" in shown(graded)


def test_only_some_checks_were_asked_for() -> None:
    """When the checks that were asked for pass, the whole exercise is what comes next, with the same submission."""
    commands = Commands(repeat=("--submission", "my tree"))
    text = shown(report(exercise(passed()), complete=False), commands=commands)
    assert "\nPassed. Now all of it:\n    nox -s grade -- concurrency/fundamentals --submission 'my tree'\n" in text
    assert "Well done" not in text


def test_a_run_without_workers_proves_nothing() -> None:
    """A report of a run inside the grader's own process says that it is no proof."""
    assert "no proof" in shown(report(exercise(passed()), isolation="none"))


def test_the_isolation_is_stated() -> None:
    """Each report says which level was reached; below the usual one, also what keeps it there, harmless to show."""
    gaps = ["Files can be read: no \x1b Landlock.", "More."]
    assert "\nIsolation: landlock.\n" in shown(report(exercise(passed()), isolation="landlock", isolation_gaps=gaps))
    text = shown(report(exercise(passed()), isolation="processes", isolation_gaps=gaps))
    assert "\nIsolation: processes. Files can be read: no \\x1b Landlock.\n" in text
    assert "Isolation" not in shown(report(exercise(passed()), isolation="none"))


@pytest.mark.parametrize("width", [50, 57, 80, 100])
@pytest.mark.parametrize("locale", ["en_US.UTF-8", "C"])
def test_no_line_is_wider_than_the_terminal(width: int, locale: str) -> None:
    """Whatever a failure says, its lines fit."""
    failure = FailureData(
        verdict="x" * 300,
        called="send_all(" + "case, " * 60 + ")",
        observed="; ".join(["word " * 30] * 3),
        expected="\N{GRINNING FACE}" * 90,
        lines=[LineNote(1234, "y" * 500, "waited " * 40)],
        timeline=sequential(jobs=12).timeline,
        question="why " * 50,
        output="z" * 4000 + "\n" + "\N{CJK UNIFIED IDEOGRAPH-4E2D}" * 200,
    )
    text = shown(report(exercise(failed(failure, title="title " * 30))), width=width, locale=locale)
    wide = [line for line in text.splitlines() if cells(line) > width]
    assert wide == []


def cells(text: str) -> int:
    """How many columns a text takes, of the characters that these tests use."""
    return sum(2 if character in "\N{GRINNING FACE}\N{CJK UNIFIED IDEOGRAPH-4E2D}" else 1 for character in text)
