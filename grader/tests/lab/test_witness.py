"""Tests of the judge's own record."""

from __future__ import annotations

import pytest

from grader.lab.witness import Entry, Witness


def kinds(witness: Witness) -> list[str]:
    """Return the kinds of all entries, in order."""
    return [entry.kind for entry in witness.entries]


def test_begin_and_end() -> None:
    """Between its begin and its end, and only once, a job collects its payload."""
    witness = Witness({"a": 1, "b": 2})
    witness.begin("a", {"time": 5})
    witness.begin("b", {})
    assert (witness.end("b"), witness.end("a")) == (2, 1)
    assert kinds(witness) == ["begin", "begin", "end", "end"]
    assert witness.keys("end") == ["b", "a"]
    assert witness.peak == 2
    assert witness.details("a") == {"time": 5}
    assert witness.entries[0].time == 5


def test_one_by_one_is_no_overlap() -> None:
    """Whoever ends one before the next begins has a peak of one."""
    witness = Witness({"a": 1, "b": 2})
    for key in "ab":
        witness.begin(key, {})
        witness.end(key)
    assert witness.peak == 1


def test_a_second_begin_is_a_repeat() -> None:
    """A repeat opens nothing, so it neither raises the peak nor gets a second payload."""
    witness = Witness({"a": 1, "b": 2})
    witness.begin("a", {"time": 1})
    witness.begin("a", {"time": 2})
    assert witness.peak == 1
    assert witness.end("a") == 1
    assert witness.end("a") is None
    witness.begin("a", {"time": 3})
    assert witness.end("a") is None
    assert kinds(witness) == ["begin", "repeat", "end", "late", "repeat", "late"]
    assert witness.keys("repeat") == ["a", "a"]
    assert witness.details("a") == {"time": 1}


def test_an_end_without_a_begin_gets_nothing() -> None:
    """A payload can't be had before the work has begun."""
    witness = Witness({"a": 1})
    assert witness.end("a") is None
    assert kinds(witness) == ["late"]


def test_unknown_keys_count_for_nothing() -> None:
    """Keys that were never handed out are recorded as such, and open nothing."""
    witness = Witness({"a": 1})
    witness.begin("x", {})
    assert witness.end("x") is None
    witness.abandon("x", {})
    assert kinds(witness) == ["unknown", "unknown", "unknown"]
    assert witness.peak == 0
    assert witness.details("x") == {}


def test_abandoned_work_gets_nothing() -> None:
    """What is abandoned is over, and an abandon of what isn't in progress is late."""
    witness = Witness({"a": 1, "b": 2})
    witness.begin("a", {})
    witness.abandon("a", {"why": "cancelled"})
    assert witness.end("a") is None
    witness.begin("b", {})
    witness.abandon("a", {})
    assert kinds(witness) == ["begin", "abandon", "late", "begin", "late"]
    assert witness.peak == 1


def test_notes() -> None:
    """What a job tells is kept beside the rest, under whatever key."""
    witness = Witness({"a": 1})
    witness.note("a", {"event": "cancelled"})
    witness.note("call", {"event": "returned"})
    assert witness.entries == [
        Entry("note", "a", {"event": "cancelled"}),
        Entry("note", "call", {"event": "returned"}),
    ]


def test_forgetting() -> None:
    """After forgetting, the same run can be made again from its beginning."""
    witness = Witness({"a": 1})
    witness.begin("a", {})
    witness.forget()
    assert (witness.entries, witness.peak, witness.end("a")) == ([Entry("late", "a")], 0, None)
    witness.begin("a", {})
    assert witness.end("a") == 1


def test_the_record_is_bounded() -> None:
    """Whoever floods the record fills it with junk, and never more than it holds."""
    witness = Witness({"a": 1})
    for _ in range(20_000):
        witness.begin("x", {})
    witness.begin("a", {})
    assert len(witness.entries) == 10_000
    assert witness.keys("begin") == []
    assert witness.end("a") == 1


@pytest.mark.parametrize("time", [None, "5", -1, 1 << 62, 2.5, True, [], {}])
def test_a_made_up_time_is_no_time(time: object) -> None:
    """The time of an entry is a number of nanoseconds, whatever was announced."""
    assert Entry("begin", "a", {"time": time}).time == 0
