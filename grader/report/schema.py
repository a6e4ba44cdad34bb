"""The JSON Schema of the report, made from the model.

To write `schema.json` anew: ``python -m grader.report.schema``.
"""

from __future__ import annotations

import inspect
import json
import re
from pathlib import Path
from typing import Any

import msgspec

from grader.grading.model import SCHEMA, CheckResult, ExerciseResult, Flag, Report
from grader.lab.failure import FailureData, Lane, LineNote, Segment, StepNote
from grader.lab.seen import Measures

FILE = Path(__file__).with_name("schema.json")
"""The published schema."""

_MODELS: tuple[type, ...] = (
    CheckResult,
    ExerciseResult,
    FailureData,
    Flag,
    Lane,
    LineNote,
    Measures,
    Report,
    Segment,
    StepNote,
)
_ATTRIBUTE = re.compile(r"^ {4}(\w+): (.*(?:\n {8}.*)*)", re.MULTILINE)


def schema() -> dict[str, Any]:
    """Return the JSON Schema of a report; the descriptions are those of the model's own documentation."""
    found = msgspec.json.schema(Report)
    for model in _MODELS:
        _describe(found["$defs"][model.__name__], inspect.cleandoc(model.__doc__ or ""))
    found["$defs"][Report.__name__]["required"].insert(0, "schema")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": SCHEMA, **found}


def schema_text() -> str:
    """Return the schema as its file holds it."""
    return json.dumps(schema(), indent=2) + "\n"


def _describe(definition: dict[str, Any], documentation: str) -> None:
    summary, _, attributes = documentation.partition("\n\nAttributes:\n")
    definition["description"] = _one_line(summary)
    for name, words in _ATTRIBUTE.findall(attributes):
        definition["properties"][name]["description"] = _one_line(words)


def _one_line(text: str) -> str:
    words = " ".join(text.replace("``", "`").split())
    return re.sub(r"\bNone\b", "null", words)


if __name__ == "__main__":
    FILE.write_text(schema_text(), encoding="utf-8")
