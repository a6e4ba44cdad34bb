"""Whose turn it is."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from grader.grading._entrants import Entrant
from grader.grading._turns import Turns
from grader.grading.limits import Limits
from grader.lab.exercises import Exercise
from grader.lab.playing import Submission


def a_submission(name: str, *, loads: bool = False) -> dict[Any, Any]:
    """Make a submission, and what is known of it."""
    submission = Submission(Exercise("concurrency", name), Path("x.py"))
    entrant = Entrant(submission, "", Limits())
    if loads:
        answered = SimpleNamespace(how="answered")
        entrant.loaded = SimpleNamespace(ending=answered, observation=SimpleNamespace(outcome="returned"))  # type: ignore[assignment]
    return {submission: entrant}


def some_submissions(number: int) -> dict[Any, Any]:
    """Make several."""
    return {key: value for name in "abcde"[:number] for key, value in a_submission(name).items()}


def a_play(submission: Submission, *, exploring: bool = False, processes: bool = False, api: bool = False) -> Any:  # noqa: ANN401 - a double
    """Make a play, as far as turns look at it."""
    scenario = SimpleNamespace(exploring=exploring or None, processes=processes or None)
    cast = SimpleNamespace(has_api=api)
    return SimpleNamespace(submission=submission, check=SimpleNamespace(scenario=scenario), cast=cast)


def test_what_takes_long_is_not_left_for_the_end() -> None:
    """An exploration begins whenever none is running, though others were asked for before; the second one waits."""
    entrants = some_submissions(4)
    short, shorter, long, longer = (
        a_play(submission, exploring=number > 1) for number, submission in enumerate(entrants)
    )
    turns = Turns(entrants, workers=2)
    turns.add([short, shorter, long, longer])
    assert [turns.take(), turns.take()] == [long, short]
    turns.end(short, again=False)
    assert turns.take() is shorter
    turns.end(long, again=False)
    assert turns.take() is longer


def test_explorations_run_side_by_side_when_nothing_else_waits() -> None:
    """A worker that is free has no reason to wait."""
    entrants = some_submissions(2)
    turns = Turns(entrants, workers=2)
    plays = [a_play(submission, exploring=True) for submission in entrants]
    turns.add(plays)
    assert [turns.take(), turns.take()] == plays


def test_the_only_submission_is_first_imported_by_a_short_run() -> None:
    """Until it is, none of its others may begin."""
    entrants = some_submissions(1)
    [only] = entrants
    turns = Turns(entrants, workers=2)
    plays = [a_play(only), a_play(only, exploring=True)]
    turns.add(plays)
    assert turns.take() is plays[0]


def test_one_that_has_been_imported_explores_at_once() -> None:
    """Its short runs go beside that."""
    entrants = a_submission("only", loads=True)
    [only] = entrants
    turns = Turns(entrants, workers=2)
    plays = [a_play(only), a_play(only, exploring=True)]
    turns.add(plays)
    assert [turns.take(), turns.take()] == plays[::-1]


def test_plays_with_processes_have_places_of_their_own() -> None:
    """One more than there are workers, beside as many of the others."""
    entrants = some_submissions(5)
    turns = Turns(entrants, workers=1)
    plays = [a_play(submission, processes=number > 1) for number, submission in enumerate(entrants)]
    turns.add(plays)
    assert [turns.take(), turns.take(), turns.take()] == [plays[0], plays[2], plays[3]]
    turns.end(plays[2], again=False)
    assert turns.take() is plays[4]


def test_only_one_waits_for_the_libraries() -> None:
    """When a play has ended, one that needs them begins; until it has ended, others that do not go on."""
    entrants = some_submissions(5)
    turns = Turns(entrants, workers=2)
    without: list[Any] = [a_play(submission) for submission in list(entrants)[:3]]
    needy: list[Any] = [a_play(submission, api=True) for submission in list(entrants)[3:]]
    turns.add([*without, *needy])
    assert [turns.take(), turns.take()] == without[:2]
    turns.end(without[0], again=False)
    assert [turns.take()] == needy[:1]
    turns.end(without[1], again=False)
    assert turns.take() is without[2]
    turns.end(needy[0], again=False)
    assert turns.take() is needy[1]


def test_a_short_play_is_the_one_that_waits_for_the_libraries() -> None:
    """Not one with processes or an exploration, of which there are few at once."""
    entrants = some_submissions(3)
    turns = Turns(entrants, workers=2)
    plays: list[Any] = [
        a_play(submission, processes=number == 0, exploring=number == 1, api=True)
        for number, submission in enumerate(entrants)
    ]
    turns.add(plays)
    assert [turns.take()] == plays[2:]
    turns.end(plays[2], again=False)
    assert [turns.take(), turns.take()] == [plays[1], plays[0]]


def test_who_names_a_library_gets_it() -> None:
    """A program may import what its exercise has no need of."""
    entrants = some_submissions(2)
    first, second = entrants
    entrants[second].source = "import aiohttp"
    turns = Turns(entrants, workers=2)
    plays = [a_play(first, api=True), a_play(second)]
    turns.add(plays)
    assert turns.take() is plays[0]
    assert [entrants[first].needs_http(a_play(first)), entrants[second].needs_http(plays[1])] == [False, True]
