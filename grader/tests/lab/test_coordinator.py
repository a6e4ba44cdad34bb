"""Tests of the time of jobs in processes, without any process."""

from __future__ import annotations

from grader.lab.processes.coordinator import Coordinator, Span


def coordinating(*keys: str, at_once: int) -> Coordinator:
    """Return a coordinator for jobs that are handed over together."""
    return Coordinator([list(keys)], at_once)


def let_all_end(coordinator: Coordinator) -> list[str]:
    """Let time pass to the next end, and let those jobs end; return which."""
    released = coordinator.release()
    for key in released:
        coordinator.end(key)
    return released


def test_jobs_that_begin_together_are_over_together() -> None:
    """Five jobs of the same length end at the same instant."""
    coordinator = coordinating(*"abcde", at_once=5)
    for key in "abcde":
        assert not coordinator.is_full
        coordinator.begin(key, 2)
    assert coordinator.is_full
    assert let_all_end(coordinator) == list("abcde")
    assert coordinator.now == 2
    assert coordinator.spans == [Span(key, 0, 2, "ended") for key in "abcde"]


def test_the_earliest_goes_first() -> None:
    """Time jumps from end to end, whatever the order of beginning."""
    coordinator = coordinating("a", "b", "c", at_once=3)
    for key, lasts in (("a", 3), ("b", 1), ("c", 2)):
        coordinator.begin(key, lasts)
    ends = []
    while released := let_all_end(coordinator):
        ends += [(key, coordinator.now) for key in released]
    assert ends == [("b", 1), ("c", 2), ("a", 3)]


def test_what_begins_later_begins_at_that_time() -> None:
    """A place that becomes free is taken at the time at which it did."""
    coordinator = coordinating("a", "b", "c", at_once=2)
    coordinator.begin("a", 4)
    coordinator.begin("b", 1)
    assert let_all_end(coordinator) == ["b"]
    assert not coordinator.is_full
    coordinator.begin("c", 1)
    assert coordinator.is_full
    assert let_all_end(coordinator) == ["c"]
    assert coordinator.spans[-1] == Span("c", 1, 2, "ended")


def test_the_last_jobs_fill_fewer_places() -> None:
    """Not more jobs are waited for than there are left."""
    coordinator = coordinating("a", "b", "c", at_once=2)
    coordinator.begin("a", 1)
    coordinator.begin("b", 1)
    let_all_end(coordinator)
    coordinator.begin("c", 1)
    assert coordinator.is_full


def test_nobody_is_let_go_before_the_last_have_ended() -> None:
    """Between its word to go and its end, a job keeps all others waiting."""
    coordinator = coordinating("a", "b", at_once=2)
    coordinator.begin("a", 1)
    coordinator.begin("b", 2)
    assert coordinator.release() == ["a"]
    assert coordinator.let_go == ["a"]
    assert not coordinator.is_full
    coordinator.end("a")
    assert coordinator.is_full


def test_what_lasts_for_ever_is_never_over() -> None:
    """A job without an end doesn't keep others from theirs, and alone it can't go on."""
    coordinator = coordinating("a", "b", at_once=2)
    coordinator.begin("a", None)
    coordinator.begin("b", 1)
    assert coordinator.can_go_on
    assert let_all_end(coordinator) == ["b"]
    assert coordinator.held == ["a"]
    assert not coordinator.can_go_on
    assert coordinator.release() == []
    assert coordinator.now == 1


def test_a_job_whose_process_dies_makes_room() -> None:
    """It is over when it dies, with a reason, and counts no longer among those that can be in flight."""
    coordinator = coordinating("a", "b", at_once=2)
    coordinator.begin("a", 5)
    coordinator.begin("b", 2)
    coordinator.end("a", "died")
    assert coordinator.is_full
    assert coordinator.spans == [Span("a", 0, 0, "died")]


def test_other_calls_jobs_are_not_waited_for() -> None:
    """Of two groups, only the one of which a job is held says how many can be in flight."""
    coordinator = Coordinator([["a"], ["b", "c"]], 2)
    coordinator.begin("a", 1)
    assert coordinator.is_full
    let_all_end(coordinator)
    coordinator.begin("b", 1)
    assert not coordinator.is_full


def test_nothing_is_full_without_jobs() -> None:
    """Before anything has begun, there is nothing to release."""
    coordinator = coordinating("a", at_once=1)
    assert not coordinator.is_full
    assert coordinator.release() == []
