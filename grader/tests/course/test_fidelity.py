"""Tests of comparing the clocks: what is run on which, what is said where they differ, and how it is printed.

None of them expects a makespan of the real clock.
"""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import pytest
from rich.console import Console

from grader.cli import BAD_INPUT, PASSED, main
from grader.course import compare, fidelity
from grader.course.corpus import Entry
from grader.course.fidelity import Comparison, Fidelity, Makespan, compare_clocks
from grader.course.fidelity_table import WIDTH, FidelityTable
from grader.lab import call_async, cases, silent
from grader.lab.exercises import Exercise
from grader.tests.course.tiny_course import SOLUTION, SUITE, VARIANT, TinyCourse
from grader.tests.lab.hand_made import Story
from grader.tests.report.made import Terminal

if TYPE_CHECKING:
    from grader.grading import Limits
    from grader.lab import Seen
    from grader.lab.playing import Play

pytestmark = pytest.mark.timeout(120)

EXERCISE = Exercise("adding", "fundamentals")
ELSEWHERE = '''
    """Suite of an exercise, one scenario of which is for the simulation alone."""

    from grader.lab import call, check, expect, explore, jobs


    def none(student):
        return student.run([])


    TWO_JOBS = call("run", jobs(2, seconds=1))
    NO_JOB = explore(none, words="run")


    @check("Two jobs of 1 s take 2 s", task=1, points=6, scenario=TWO_JOBS)
    def test_time(seen):
        expect.makespan(seen, 2)


    @check("No job, no result", task=2, points=4, scenario=NO_JOB)
    def test_one(seen):
        expect.in_every_order(seen, [[]], "There is a result.")
'''
ONLY_IN_THE_SIMULATION = '''
    """Knows from the clock whether it is simulated: it begins at a thousand."""

    import threading
    import time


    def run(jobs):
        if time.monotonic() != 1000.0:
            {otherwise}
        return [job() for job in jobs]
'''


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TinyCourse:
    """An empty course, as the current folder."""
    monkeypatch.chdir(tmp_path)
    return TinyCourse(tmp_path)


def compared(tiny: TinyCourse) -> dict[tuple[str, str], Comparison]:
    """Compare the clocks for the only exercise; return what came of each program and check."""
    (found,) = compare_clocks(tiny.course, tiny.course.exercises())
    assert found.faults == []
    return {(item.entry.title, item.check): item for item in found.comparisons}


def test_the_command_compares_and_judges_nothing(tiny: TinyCourse, capsys: pytest.CaptureFixture[str]) -> None:
    """Solution and variant are run on both clocks, and no others; the exit code is 0 though a check fails."""
    tiny.add("adding", suite=SUITE.replace("expect.makespan(seen, 2)", "expect.makespan(seen, 3)"))
    assert main(["verify", "--clock", "real", "adding"]) == PASSED
    told = capsys.readouterr().out
    assert told.startswith("adding/fundamentals")
    for line in ("  1 test_order", "  2 test_time", "  solution", "  for_loop", "of 4 makespans agree within 15 %."):
        assert line in told
    assert "reversed" not in told
    assert "slow" not in told


def test_on_a_terminal_it_says_how_far_it_is(tiny: TinyCourse, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs take real time there: a line that is taken away again says which is next."""
    tiny.add("adding")
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.setenv("TERM", "xterm")
    assert main(["verify", "--clock", "real", "adding"]) == PASSED
    _, *going_on, last = terminal.getvalue().split("\r")
    assert any("real clock, 20 times as fast: adding/fundamentals, 4 of 4" in text for text in going_on)
    assert "of 4 makespans agree" in last
    assert "times as fast" not in last


def test_no_record_is_written_with_the_real_clock(capsys: pytest.CaptureFixture[str]) -> None:
    """`--record` and `--clock real` exclude each other: exit code 2, and the message says why."""
    with pytest.raises(SystemExit) as ended:
        main(["verify", "--clock", "real", "--record"])
    assert ended.value.code == BAD_INPUT
    assert "argument --record: not allowed with argument --clock" in capsys.readouterr().err


def test_both_makespans_are_in_seconds_of_the_program(tiny: TinyCourse) -> None:
    """Two jobs of 1 s take exactly 2 s in the simulation and at least that on the real clock, one at a time."""
    tiny.add("adding")
    for comparison in compared(tiny).values():
        assert comparison.simulated == Makespan(2.0, 1, "returned")
        assert comparison.real is not None
        assert comparison.real.seconds >= 2
        assert (comparison.real.peak, comparison.real.how) == (1, "returned")


def test_a_scenario_for_the_simulation_alone(tiny: TinyCourse) -> None:
    """It isn't performed on the real clock, and the suite's reason is passed on."""
    tiny.add("adding", suite=ELSEWHERE)
    found = compared(tiny)
    assert (found["solution", "test_one"].elsewhere, found["solution", "test_one"].real) == (
        "every order of its threads is tried, and real time knows only one",
        None,
    )
    assert found["solution", "test_time"].real is not None


def test_a_program_that_never_ends_in_reality(
    tiny: TinyCourse, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is ended by the limit and told as not run; the others are compared, and the exit code is 1."""
    monkeypatch.setattr(fidelity, "_OVERHEAD_SECONDS", 2.0)
    tiny.add("adding", variant=ONLY_IN_THE_SIMULATION.format(otherwise="threading.Event().wait()"))
    assert compare(tiny.course, tiny.course.exercises()) == 1
    told = " ".join(capsys.readouterr().out.split())
    assert "! variant for_loop, test_order: not run: it had not ended after 2.2 s of real time" in told
    assert "of 2 makespans agree" in told
    assert "2 runs did not come to an end." in told


def test_a_program_that_ends_otherwise_in_reality(tiny: TinyCourse) -> None:
    """An error that only the real clock brings out is told, and nothing agrees then."""
    tiny.add("adding", variant=ONLY_IN_THE_SIMULATION.format(otherwise='raise ValueError("real")'))
    comparison = compared(tiny)["variant for_loop", "test_time"]
    assert not comparison.agrees
    assert comparison.note == "it raised ValueError: real here, and returned in the simulation"


def test_programs_that_can_not_be_run_at_all(tiny: TinyCourse) -> None:
    """What stands still in the simulation has no makespan to compare, nor has what can't be imported."""
    tiny.add(
        "adding", solution=SOLUTION.replace("return [", "import threading; threading.Event().wait(); return ["),
        variant=VARIANT.replace("def run", "1 / 0\n\n\n    def run"),
    )  # fmt: skip
    found = compared(tiny)
    assert found["solution", "test_time"].note == "in the simulation, it was stopped (deadlock)"
    assert found["variant for_loop", "test_time"].note == (
        "in the simulation, it did not come to its end (unloadable: ZeroDivisionError: division by zero)"
    )


def test_a_suite_that_can_not_be_read(tiny: TinyCourse, capsys: pytest.CaptureFixture[str]) -> None:
    """The grader's own failure is told, and the exit code is 3."""
    tiny.add("adding", suite="import nothing_of_that_name")
    assert compare(tiny.course, tiny.course.exercises()) == 3
    assert "! the grader: the suite adding/test_fundamentals.py could not be read" in capsys.readouterr().out


class Player:
    """Stands in for a `WorkerPlayer`: the machine takes 0.05 s of its own for each play."""

    made: ClassVar[list[tuple[int, int]]] = []

    def __init__(self, _limits: Limits, workers: int, pace: int) -> None:
        self.pace = pace
        self.made.append((workers, pace))

    def schedule(self, plays: list[Play]) -> None:
        """Do nothing."""

    def result(self, play: Play) -> Seen:
        """Return a run that has taken the simulated 2 s, and those 0.05 s at the pace of this player."""
        return Story(play.check.scenario).seen(seconds=2 + 0.05 * self.pace)

    def close(self) -> None:
        """Do nothing."""


def test_what_differs_is_measured_again_more_slowly(tiny: TinyCourse, monkeypatch: pytest.MonkeyPatch) -> None:
    """At a slower pace the machine's own time counts less; the second figure counts. One run at a time, at any pace."""
    monkeypatch.setattr(fidelity, "WorkerPlayer", Player)
    monkeypatch.setattr(Player, "made", [])
    tiny.add("adding")
    found = compared(tiny)
    assert Player.made == [(1, 20), (1, 4)]
    assert [item.real.seconds for item in found.values() if item.real is not None] == [pytest.approx(2.2)] * 4
    assert all(item.agrees for item in found.values())


@pytest.mark.parametrize(
    ("simulated", "real", "agrees"),
    [(2, 2.29, True), (2, 2.31, False), (2, 1.71, True), (2, 1.69, False), (0, 0.14, True), (0.1, 0.26, False)],
)
def test_agreement(simulated: float, real: float, *, agrees: bool) -> None:
    """The real makespan may differ by 15 %, and in calls of less than 1 s by 0.15 s."""
    entry = Entry("solution", EXERCISE, "solution", Path())
    comparison = Comparison(entry, "test", Makespan(simulated, 1, "returned"), Makespan(real, 1, "returned"))
    assert comparison.agrees is agrees


@pytest.mark.parametrize(
    ("door", "timeout", "seconds", "rounded"),
    [("aiohttp", 5, 5.9, True), ("aiohttp", 5, 7, False), ("aiohttp", 4, 5.9, False), ("requests", 5, 5.9, False)],
)
def test_a_time_out_that_a_library_rounds_up(door: str, timeout: float, seconds: float, *, rounded: bool) -> None:
    """Who waited up to a second longer for an answer than aiohttp's rounded time-out asks for is told the reason."""
    story = Story(call_async("send_all", cases(silent())))
    story.begin(0, door=door, timeout=timeout)
    story.witness.abandon(story.cast.keys[0], {"why": "timed out"})
    entry = Entry("solution", EXERCISE, "solution", Path())
    comparison = Comparison(entry, "test", Makespan(5, 1, "returned"), Makespan(seconds, 1, "returned"))
    note = fidelity._note(comparison, story.seen())
    assert bool(note) is rounded
    assert ("aiohttp rounds" in note) is rounded


GOLDEN = """\
adding/fundamentals                          simulated       real  at once
  1 test_order                               2.00-3.00   2.04-3.30    2-50
  2 test_time                                     2.00   1.90-2.50       1
  3 test_many                                     4.00        none    none
  4 test_rounded                                  5.00        5.90       3
                               all checks    longer on the real clock by, %
                                sim.  real   1   2   3   4
  solution                       9.0   9.8   2  -5   -  18!
  a_style_whose_name_is_longer_than_most
                                 5.0   5.8  10  25!  !   -
  - solution, test_many: not on this clock: it is run in many orders
  ! solution, test_rounded: simulated 5.00 s, real 5.90 s: a library rounds its
    time-outs up to a whole second of a clock, wherever that second ends
  ! variant a_style_whose_name_is_longer_than_most, test_time: simulated 2.00 s,
    real 2.50 s
  ! variant a_style_whose_name_is_longer_than_most, test_many: not run: it had
    not ended after 12 s of real time

3 of 5 makespans agree within 15 %.
The most in progress at once is the same in 4; where many begin or end at the
same instant, it is a matter of chance on the real clock.
1 run did not come to an end.
1 scenario can't be performed on the real clock.
Times are seconds of the program. On the real clock one took 0.05 s; what
differed by more than 15 % was measured again, with 0.25 s, and the second
figure counts.
"""


def made_up() -> Fidelity:
    """Return figures of every kind."""
    solution = Entry("solution", EXERCISE, "solution", Path())
    variant = Entry("variant", EXERCISE, "a_style_whose_name_is_longer_than_most", Path())

    def both(
        entry: Entry, check: str, times: tuple[float, float], peaks: tuple[int, int] = (1, 1), note: str = ""
    ) -> Comparison:
        simulated, real = (Makespan(seconds, peak, "returned") for seconds, peak in zip(times, peaks, strict=True))
        return Comparison(entry, check, simulated, real, note=note)

    rounded = "a library rounds its time-outs up to a whole second of a clock, wherever that second ends"
    return Fidelity(
        EXERCISE,
        [
            both(solution, "test_order", (2, 2.04), peaks=(2, 2)),
            both(solution, "test_time", (2, 1.9)),
            Comparison(solution, "test_many", Makespan(4, 9, "returned"), elsewhere="it is run in many orders"),
            both(solution, "test_rounded", (5, 5.9), peaks=(3, 3), note=rounded),
            both(variant, "test_order", (3, 3.3), peaks=(49, 50)),
            both(variant, "test_time", (2, 2.5)),
            Comparison(
                variant, "test_many", Makespan(4, 9, "returned"), note="it had not ended after 12 s of real time"
            ),
        ],
    )


def printed(found: Fidelity) -> tuple[FidelityTable, str]:
    """Print an exercise and the total."""
    output = io.StringIO()
    table = FidelityTable(Console(file=output, highlight=False, soft_wrap=True))
    table.print_exercise(found)
    table.print_total()
    return table, output.getvalue()


def test_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """Checks, programs, what differs and why, and the total, in 80 columns."""
    monkeypatch.setattr(os, "getloadavg", lambda: (0.5, 0.5, 0.5), raising=False)
    table, text = printed(made_up())
    assert text == GOLDEN
    assert max(map(len, text.splitlines())) <= WIDTH
    assert (table.failed, table.faults) == (1, 0)


def test_nine_checks_fit_in_80_columns() -> None:
    """The longest suites, and differences beyond measure, leave no line longer than that."""
    entry = Entry("solution", EXERCISE, "multiprocessing_thread_pool", Path())
    figures = (Makespan(10, 50, "returned"), Makespan(999, 50, "returned"))
    comparisons = [Comparison(entry, f"test_{number}_of_a_check_with_a_longer_name", *figures) for number in range(9)]
    _, text = printed(Fidelity(EXERCISE, comparisons))
    assert "  multiprocessing_thread_pool   90.0 8991.0 999!999!999!" in text
    assert max(map(len, text.splitlines())) <= WIDTH


def test_a_busy_machine_is_named_as_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where more wanted a processor than there are, the total says so."""
    monkeypatch.setattr(os, "getloadavg", lambda: (7.25, 0.5, 0.5), raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    _, text = printed(made_up())
    assert text.endswith(
        "The machine was busy: 7.2 programs wanted its 2 processors in the last minute,\n"
        "which makes real times longer.\n"
    )


def test_nothing_to_compare() -> None:
    """A course without a solution has no figures, and that is said as such."""
    _, text = printed(Fidelity(EXERCISE, []))
    assert "0 of 0 makespans agree within 15 %." in text
