"""What was seen of runs, kept for reports that show it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.errors import BadInputError
from grader.grading import Grading, Run, Runs, Timelines, grade
from grader.grading.timelines import RecordedTimelines, make_timelines
from grader.lab import answer, call, cases, jobs, with_processes
from grader.lab.checks import Check
from grader.lab.costs import Cost
from grader.lab.exercises import Exercise
from grader.lab.failure import FailureData, Lane, Segment
from grader.lab.observation import Explored, Outcome
from grader.lab.playing import Submission, make_play
from grader.lab.plugin import Judgement
from grader.tests.course.tiny_course import TinyCourse
from grader.tests.lab.hand_made import SOURCE, Story

if TYPE_CHECKING:
    from grader.lab import Scenario
    from grader.lab.seen import Seen

ONE = call("run_concurrently", jobs(1, seconds=2))
ADDING = Exercise("adding", "fundamentals")
RECORDED: Timelines = {ADDING.id: RecordedTimelines("", "", {"test_time": [("caller", [(0.0, 2.0, "job", "job 1")])]})}
REFERENCE = [Lane("caller", [Segment(0, 2, "job", "job 1")])]


def judgement(seen: Seen | None, schedule: str = "", *, scenario: Scenario = ONE, hidden: bool = False) -> Judgement:
    """The verdict on a run; with a schedule, it failed in that order of the threads."""
    check = Check("Title", 1, 1, scenario, hidden=hidden)
    play = make_play(Submission(ADDING, Path("x.py")), "test_time", check, 1, None)
    failure = FailureData(verdict="A change was lost.", schedule=schedule) if schedule else None
    return Judgement(play, "fail" if failure else "pass", failure=failure, seen=seen)


def test_a_run_is_kept_with_what_it_can_be_compared_with() -> None:
    """Lanes, source and costs of a check are had by its name, and so is the reference's timeline."""
    runs = Runs()
    runs.compare_with(RECORDED)
    runs.add(judgement(Story(ONE).waits(6, 0, 2).seen()))
    run = runs.of(ADDING.id, "test_time")
    assert run == Run([Lane("caller", [Segment(0, 2, "wait", line=6)])], SOURCE, {6: Cost(2, 1)})
    assert runs.reference(ADDING.id, "test_time") == REFERENCE
    assert runs.reference(ADDING.id, "test_other") == runs.reference("other/fundamentals", "test_time") == []


def test_what_was_not_seen() -> None:
    """A check that was never run has an empty run."""
    runs = Runs()
    runs.add(judgement(None))
    assert runs.of(ADDING.id, "test_time") == Run()


def test_one_order_of_many_is_compared_with_nothing() -> None:
    """Of a check that failed in one order of the threads, that order is kept, which the reference has no run of."""
    runs = Runs()
    runs.compare_with(RECORDED)
    search = Explored([Outcome("3.11/2:2", 1, "returned")], kinds=1, preemptions=1, tried=1)
    runs.add(judgement(Story(ONE).waits(6, 0, 2).seen(explored=search), "3.11/2:2"))
    assert runs.of(ADDING.id, "test_time") == Run([], SOURCE, comparable=False)
    assert runs.reference(ADDING.id, "test_time") == []


def test_nothing_of_a_hidden_check_is_kept() -> None:
    """Neither what was seen of it, nor what the reference does there."""
    runs = Runs()
    runs.compare_with(RECORDED)
    runs.add(judgement(Story(ONE).waits(6, 0, 2).seen(), hidden=True))
    assert runs.of(ADDING.id, "test_time") == Run(comparable=False)
    assert runs.reference(ADDING.id, "test_time") == []


def test_no_timeline_is_recorded_where_a_process_is_killed(tmp_path: Path) -> None:
    """How many of the others still begin something is not the same each time."""
    course = TinyCourse(tmp_path)
    course.add("adding")
    seen = Story(ONE).waits(6, 0, 2).seen()
    for dies, recorded in ((False, {"test_time"}), (True, set())):
        scenario = with_processes(call("send_all", cases(answer(1), answer(2, dies=dies))), at_once=2, method="fork")
        (found,) = make_timelines(course.course, [judgement(seen, scenario=scenario)]).values()
        assert found.checks.keys() == recorded


def test_the_reference_is_measured_where_nothing_is_recorded(tmp_path: Path) -> None:
    """With the solutions at hand and no record, the reference's timeline comes from the run that gives its figures."""
    course = TinyCourse(tmp_path)
    course.add("adding")
    runs = Runs()
    grade(Grading(course.course, [ADDING], course.course.solutions_tree, seed=1), runs=runs)
    lanes = [Lane("caller", [Segment(0, 1, "job", "job 1"), Segment(1, 2, "job", "job 2")])]
    assert runs.reference(ADDING.id, "test_time") == lanes
    assert runs.of(ADDING.id, "test_time").source[0] == '"""Run jobs, as the reference does it."""'


def test_a_record_that_is_none(tmp_path: Path) -> None:
    """A file of timelines that holds something else is bad input where timelines are wanted, and only there."""
    course = TinyCourse(tmp_path)
    course.add("adding")
    course.write("tests/timelines.json", '{"adding/fundamentals": 1}')
    grading = Grading(course.course, [ADDING], course.course.solutions_tree, seed=1)
    with pytest.raises(BadInputError, match=r"^tests/timelines\.json can't be read: "):
        grade(grading, runs=Runs())
    assert grade(grading).passed
