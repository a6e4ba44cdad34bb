"""The published schema describes the reports that are written."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import msgspec
import pytest

from grader.grading import Report
from grader.report import to_json
from grader.report.schema import FILE, schema_text
from grader.tests.report.made import everything, exercise, passed, report

SCHEMA: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))


def refusals(written: object) -> list[str]:
    """What is wrong with a report, by the published schema."""
    return [error.message for error in jsonschema.Draft202012Validator(SCHEMA).iter_errors(written)]


def test_it_is_what_the_model_says() -> None:
    """A change of the model without a new schema is noticed: python -m grader.report.schema."""
    assert FILE.read_text(encoding="utf-8") == schema_text()


def test_it_is_a_schema() -> None:
    """Validators accept it."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("graded", [everything(), report(), report(exercise(passed()))])
def test_it_accepts_reports(graded: Report) -> None:
    """Whatever is written is valid."""
    assert refusals(json.loads(to_json(graded))) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [("schema", "grader/report/v2"), ("points", 1.5), ("points", -1), ("points", "1"), ("exercises", None)],
)
def test_it_refuses_what_is_no_report(field: str, value: object) -> None:
    """A wrong version, points that aren't whole and a missing field are refused."""
    written = json.loads(to_json(everything()))
    assert refusals({**written, field: value})
    del written[field]
    assert refusals(written)


def test_a_later_version_may_have_more_fields() -> None:
    """What readers don't know they can ignore."""
    written = json.loads(to_json(everything()))
    written["later"] = written["exercises"][0]["checks"][0]["later"] = 1
    assert refusals(written) == []
    msgspec.convert(written, type=Report)


def test_every_field_is_described() -> None:
    """Each field says what it means, in words from the model's own documentation."""
    undescribed = [
        f"{name}.{field}"
        for name, definition in SCHEMA["$defs"].items()
        for field, described in definition["properties"].items()
        if not described.get("description")
    ]
    assert undescribed == []
