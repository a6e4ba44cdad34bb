"""Tests of the marker that makes a test a check."""

from __future__ import annotations

from typing import Any

import pytest

from grader.lab import call, check, jobs
from grader.lab.checks import Check
from grader.lab.scenario import SuiteError

RIGHT: dict[str, Any] = {"title": "Title", "task": 1, "points": 2, "scenario": call("run", jobs(3))}


def test_a_check_holds_what_it_was_given(pytestconfig: pytest.Config) -> None:
    """The marker's only argument is the check."""
    pytestconfig.addinivalue_line("markers", "check(info): as the plugin registers it")
    mark = check(**RIGHT, needs=("test_a",)).mark
    assert mark.name == "check"
    assert mark.args == (Check("Title", 1, 2, RIGHT["scenario"], ("test_a",)),)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"title": ""}, "the check '': its title is one line of text"),
        ({"title": "two\nlines"}, "the check 'two\\nlines': its title is one line of text"),
        ({"title": 5}, "the check 5: its title is one line of text"),
        ({"task": 0}, "the check 'Title': task is the number of a task, from 1, and not 0"),
        ({"task": "1"}, "the check 'Title': task is the number of a task, from 1, and not '1'"),
        ({"points": 0}, "the check 'Title': points is a whole number from 1, and not 0"),
        ({"points": 1.5}, "the check 'Title': points is a whole number from 1, and not 1.5"),
        ({"points": True}, "the check 'Title': points is a whole number from 1, and not True"),
        ({"scenario": "run"}, "the check 'Title': scenario is what call() or play() returns, and not 'run'"),
        ({"needs": "test_a"}, "the check 'Title': needs is a tuple of names of checks, and not 'test_a'"),
        ({"needs": (1,)}, "the check 'Title': needs is a tuple of names of checks, and not (1,)"),
    ],
)
def test_a_check_with_wrong_arguments_is_refused(wrong: dict[str, Any], said: str) -> None:
    """What can't be right is refused where it is written, with what is expected."""
    with pytest.raises(SuiteError) as caught:
        check(**{**RIGHT, **wrong})
    assert str(caught.value) == said


def test_a_check_without_a_scenario_is_refused() -> None:
    """Python itself says which argument is missing."""
    with pytest.raises(TypeError, match="'scenario'"):
        check("Title", task=1, points=1)  # type: ignore[call-arg]  # that is the point
