"""Tests of the expectations about processes, on stories made by hand."""

from __future__ import annotations

import pytest

from grader.lab import answer, arguments, call, cases, expect, job, with_processes, work
from grader.lab.observation import Left
from grader.lab.plain import result
from grader.tests.lab.hand_made import Story, failure_of, raised, told

THREE = with_processes(call("run_in_processes", work(), arguments(3, seconds=2)), at_once=3)
DEADLY = with_processes(call("send_all", cases(answer(1), answer(1, dies=True))), at_once=2)
ENDED = raised("BrokenProcessPool", "a process died")
NOTHING = result(None, None, "lost")


def in_processes(*processes: int, overlap: bool = True) -> Story:
    """Tell of three jobs in processes of these numbers."""
    story = Story(THREE)
    for position, process in enumerate(processes):
        story.begin(position, 0 if overlap else 2 * position, process=process)
        if not overlap:
            story.end(position, 2 * position + 2)
    if overlap:
        for position in range(len(processes)):
            story.end(position, 2)
    return story.ends()


def test_processes_of_their_own() -> None:
    """Jobs at the same time are in different processes; one after another, they may share one."""
    expect.own_processes(in_processes(1, 2, 3).seen(seconds=2))
    expect.own_processes(in_processes(1, 1, 1, overlap=False).seen(seconds=6))
    expect.outside_caller(in_processes(1, 1, 1).seen(seconds=2))


def test_work_in_the_callers_process() -> None:
    """It is told how many jobs ran there, also when the call raised."""
    seen = in_processes(1, 0, 0).seen(seconds=2, error=ENDED)
    assert told(failure_of(expect.outside_caller, seen)) == (
        "A job ran in the caller's own process.",
        "2 of 3 jobs ran in the process that called",
        "every one in another process",
        "Is the work handed to a process, or called in the caller or in one of its threads?",
    )
    assert failure_of(expect.own_processes, in_processes(0, 1, 2).seen()).verdict.startswith("A job ran in the caller")


def test_jobs_that_share_a_process() -> None:
    """Two jobs at the same time in one process are named."""
    assert told(failure_of(expect.own_processes, in_processes(1, 2, 1).seen(seconds=2))) == (
        "Two jobs ran in one process at the same time.",
        "jobs 1 and 3 shared a process",
        "one after another in each process",
        "How many processes are there, and does any of them start threads?",
    )


def test_no_work_at_all() -> None:
    """Who runs nothing has not run it elsewhere."""
    assert failure_of(expect.outside_caller, Story(THREE).ends().seen()).verdict == "The jobs were never run."


@pytest.mark.parametrize("begun", [0, 2])
def test_who_does_not_wait_is_told_the_same_whatever_had_begun(begun: int) -> None:
    """How many of the processes had begun their jobs by the return is luck, and makes no difference."""
    story = Story(THREE)
    for position in range(begun):
        story.begin(position, process=position + 1)
    seen = story.ends().seen(left=[Left("process", "Process-1", "", 0)])
    failure = failure_of(expect.overlap, seen, at_once=3, seconds=2)
    assert failure.verdict == "The call ended before every job was done."
    assert failure.observed == "jobs 1, 2 and 3 were still running when it ended, after 0 s"
    assert failure_of(expect.all_done, seen) == failure


def test_an_error_of_any_kind() -> None:
    """Any error is one; a result is none."""
    expect.some_error(Story(THREE).seen(error=ENDED), "Lost.", expected="an error", question="Why?")
    seen = Story(THREE).seen(value=[1])
    wanted = ("Lost.", "returned [1]", "an error", "Why?")
    assert told(failure_of(expect.some_error, seen, "Lost.", expected="an error", question="Why?")) == wanted


def test_a_lost_case_is_an_error_or_a_result() -> None:
    """Either is right: an error, or results in which what was lost has one."""
    story = Story(DEADLY)
    first = story.seen().payloads()[0]
    expect.raised_or_results(story.seen(error=ENDED), lost=1)
    expect.raised_or_results(story.seen(value=[first, NOTHING]), lost=1)
    expect.raised_or_results(story.seen(value=[NOTHING, NOTHING]), lost=1)


def test_a_lost_case_that_has_no_error() -> None:
    """A list that is too short, or something else in the place of the case, is told."""
    story = Story(DEADLY)
    first, second = story.seen().payloads()
    short = failure_of(expect.raised_or_results, story.seen(value=[first]), lost=1)
    assert short.verdict == "A case was lost without an error."
    for wrong in (None, second, first):
        failure = failure_of(expect.raised_or_results, story.seen(value=[first, wrong]), lost=1)
        assert failure.verdict == "The result of case 2 is wrong."


def test_a_lost_error_and_one_about_pickling() -> None:
    """The questions speak of processes where there are some."""
    fails = with_processes(call("run", work(), arguments(job(1, fails=True))), at_once=1)
    failure = failure_of(expect.raised_by, Story(fails).seen(value=[]), 0)
    assert failure.question == "What happens to an error that is raised in a process of its own?"
    seen = Story(THREE).seen(error=raised("AttributeError", "Can't pickle local object 'f'"))
    assert failure_of(expect.returned, seen).question.startswith("Is everything that goes to a process")
