"""Schedules as text."""

from __future__ import annotations

import sys

import pytest

from grader.simulation import Schedule, ScheduleError, Switch

HERE = f"{sys.version_info.major}.{sys.version_info.minor}"


def test_the_default_order_is_printed_and_read_back() -> None:
    """A schedule without switches has a text of its own."""
    assert str(Schedule()) == f"{HERE}/default"
    assert Schedule.parse(f"{HERE}/default") == Schedule()


def test_switches_are_printed_and_read_back() -> None:
    """Preemptions and choices among waiting threads keep their order, places and threads."""
    schedule = Schedule((Switch(17, 2), Switch(1, 3, preempts=False), Switch(40, 0)))
    assert str(schedule) == f"{HERE}/17:2,w1:3,40:0"
    assert Schedule.parse(f" {schedule}\n") == schedule
    assert schedule.preemptions == 2


def test_the_version_is_kept() -> None:
    """A schedule of another Python version can be read, and still says which version it counts for."""
    assert Schedule.parse("3.99/1:2").python == "3.99"


def test_another_version_is_refused() -> None:
    """Bytecodes counted by another Python version would stop at other places, so the message says where to replay."""
    with pytest.raises(ScheduleError, match=rf"^the schedule 3\.99/1:2 counts bytecodes of Python 3\.99, .* {HERE}"):
        Schedule.parse("3.99/1:2").check_version()


@pytest.mark.parametrize("text", ["", "17:2", "3.11", "3.11/", "3/17:2", "three/17:2", "3.11 17:2", "3.11/\n17:2"])
def test_what_is_no_schedule_at_all_is_refused(text: str) -> None:
    """The message quotes the text and shows what a schedule looks like."""
    with pytest.raises(ScheduleError, match="is not a schedule; one looks like"):
        Schedule.parse(text)


@pytest.mark.parametrize(
    "part", ["17", "17:", ":2", "0:2", "-1:2", "17:-2", "17>2", "x1:2", "017:2", "17:02", "\u0661:2", ""]
)
def test_what_is_no_switch_is_refused(part: str) -> None:
    """The message quotes the part of the text that is wrong."""
    with pytest.raises(ScheduleError, match=f"{part!r} is not a switch; one looks like 17:2"):
        Schedule.parse(f"3.11/1:2,{part},99:1")


@pytest.mark.parametrize("text", ["3.11/2:1,2:1", "3.11/3:1,2:1", "3.11/w2:1,1:1,w1:1"])
def test_places_that_go_backwards_are_refused(text: str) -> None:
    """Places of one kind are counted through a run, so they rise."""
    with pytest.raises(ScheduleError, match="rising order"):
        Schedule.parse(text)


def test_the_two_kinds_of_places_are_counted_apart() -> None:
    """A choice may come after a preemption of a higher number."""
    assert len(Schedule.parse("3.11/9:1,w2:1,10:2").switches) == 3
