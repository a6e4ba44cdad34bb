"""Tests of judging again and again: what is the same is found the same, and what isn't is named."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.course import repeat
from grader.course.repeating import _by_instant, _told, judge_repeatedly
from grader.lab import arguments, call, jobs, with_processes, work
from grader.lab.checks import Check
from grader.lab.exercises import Exercise
from grader.lab.failure import FailureData
from grader.lab.playing import Submission, make_play
from grader.lab.plugin import Judgement
from grader.tests.course.tiny_course import VARIANT, TinyCourse
from grader.tests.lab.hand_made import Story

if TYPE_CHECKING:
    from grader.course.repeating import Repeated

RANDOM = VARIANT.replace("results = []", "import os; print(os.urandom(8).hex()); results = []")

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def course(tmp_path: Path) -> TinyCourse:
    """A course without exercises."""
    return TinyCourse(tmp_path)


def test_programs_that_do_the_same_each_time(course: TinyCourse, capsys: pytest.CaptureFixture[str]) -> None:
    """A stub, a solution, a variant and a mistake, judged four times, two of them on a busy machine: no difference."""
    course.add("adding")
    assert repeat(course.course, [Exercise("adding", "fundamentals")], 4) == 0
    assert capsys.readouterr().out.splitlines()[-1] == (
        "4 programs, 8 verdicts, 4 times, 2 of these on a machine kept busy: 0 differences"
    )


def test_a_program_that_depends_on_chance_is_named(course: TinyCourse, capsys: pytest.CaptureFixture[str]) -> None:
    """Each repeat that isn't as the first is told with what differs, though no verdict does: exit code 1."""
    course.add("adding", variant=RANDOM)
    known: list[int] = []

    def note(repeated: Repeated) -> None:
        known.append(len(repeated.differences))

    repeated = judge_repeatedly(course.course, [Exercise("adding", "fundamentals")], 2, note)
    assert known == [2]
    assert repeated.differences[0].startswith('adding/fundamentals variant-for_loop test_order, repeat 2: output is "')
    assert repeat(course.course, [Exercise("adding", "fundamentals")], 2) == 1
    assert "output is" in capsys.readouterr().out


def test_what_comes_first_at_an_instant_may_differ() -> None:
    """Events of one instant may change places; what happens at which instant may not."""
    events = [[0, 1, "wait"], [5, 8, "end"], [5, 7, "end"]]
    assert _by_instant(events) == _by_instant([events[0], events[2], events[1]])
    assert _by_instant(events) != _by_instant([[0, 1, "wait"], [5, 8, "end"], [6, 7, "end"]])


def test_what_several_processes_print_is_not_compared() -> None:
    """How it is mixed, and what of it is kept, is a matter of chance; what a single process prints isn't."""
    calls = call("run_concurrently", jobs(1, seconds=1)), with_processes(call("run", work(), arguments(1)), at_once=1)
    for scenario, alike in zip(calls, (False, True), strict=True):
        play = make_play(Submission(Exercise("a", "b"), Path("x.py")), "test_x", Check("X", 1, 1, scenario), 1, None)
        found = [
            Judgement(play, "fail", failure=FailureData("Wrong.", output=text), seen=Story(scenario).seen(output=text))
            for text in ("one\ntwo\n", "two\none\n")
        ]
        assert (_told(found[0]) == _told(found[1])) is alike
