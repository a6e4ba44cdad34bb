"""Tests of small pieces of English."""

from __future__ import annotations

import pytest

from grader.lab.words import count, duration, join_words, times


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (2, "2 s"),
        (10.0, "10 s"),
        (100, "100 s"),
        (0.5, "0.5 s"),
        (10.25, "10.25 s"),
        (0.1 + 0.2, "0.3 s"),
        (0.000001, "0.000001 s"),
        (1e-9, "0 s"),
        (3600, "3600 s"),
        (-0.0, "0 s"),
    ],
)
def test_durations(seconds: float, words: str) -> None:
    """Simulated time is exact, and written without needless digits."""
    assert duration(seconds) == words


@pytest.mark.parametrize(
    ("number", "noun", "words"),
    [
        (0, "job", "0 jobs"),
        (1, "job", "1 job"),
        (2, "job", "2 jobs"),
        (1, "process", "1 process"),
        (2, "process", "2 processes"),
        (2, "batch", "2 batches"),
        (3, "box", "3 boxes"),
        (4, "request", "4 requests"),
    ],
)
def test_counts(number: int, noun: str, words: str) -> None:
    """One of a thing is one thing."""
    assert count(number, noun) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [(0, "no times"), (1, "once"), (2, "twice"), (3, "three times"), (10, "ten times"), (11, "11 times")],
)
def test_times(number: int, words: str) -> None:
    """Small numbers are words."""
    assert times(number) == words


def test_lists() -> None:
    """Words are joined as in a sentence."""
    assert join_words([]) == ""
    assert join_words(["a"]) == "a"
    assert join_words(["a", "b"]) == "a and b"
    assert join_words(["a", "b", "c"], "or") == "a, b or c"
