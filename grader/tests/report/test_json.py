"""The report as JSON."""

from __future__ import annotations

import json

import msgspec

from grader.grading import Report
from grader.report import to_json
from grader.tests.report.made import everything, exercise, failed, report, sequential


def test_nothing_is_lost() -> None:
    """Read back as the model, the JSON is the report."""
    graded = everything()
    assert msgspec.json.decode(to_json(graded), type=Report) == graded


def test_every_field_is_written() -> None:
    """Readers need no defaults: also what is empty is there."""
    written = json.loads(to_json(report()))
    assert set(written) == set(Report.__struct_fields__)
    assert written["schema"] == "grader/report/v1"
    assert written["faults"] == []


def test_it_is_ascii() -> None:
    """Nothing that a terminal obeys, and nothing that an encoding lacks, is in it as it is."""
    hostile = "\x1b[2J \x7f \x9b31m \u202e \u2028 é 中 😀"
    failure = msgspec.structs.replace(sequential(), output=hostile)
    text = to_json(report(exercise(failed(failure))))
    assert text.isascii()
    assert all(character.isprintable() or character == "\n" for character in text)
    assert json.loads(text)["exercises"][0]["checks"][0]["failure"]["output"] == hostile


def test_lone_surrogates_become_text() -> None:
    """A folder's name that is no text doesn't make the JSON one that strict readers refuse."""
    text = to_json(report(submission="caf\udce9 é"))
    assert json.loads(text)["submission"] == "caf\\udce9 é"
    assert msgspec.json.decode(text, type=Report).submission == "caf\\udce9 é"


def test_points_are_whole_numbers() -> None:
    """Systems that read scores take 5 and refuse 5.0."""
    written = json.loads(to_json(everything()))
    checks = [check for item in written["exercises"] for check in item["checks"]]
    for item in [written, *written["exercises"], *checks]:
        assert type(item["points"]) is type(item["max_points"]) is int
