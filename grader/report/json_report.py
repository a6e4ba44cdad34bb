"""The report as JSON: the model itself, in ASCII."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from grader.grading import Report


def to_json(report: Report) -> str:
    """Return the report as JSON, with every field; `schema.json` beside this module describes it.

    All that isn't ASCII is escaped: a submission's text may hold characters that a terminal or a log obeys, and nobody
    can know the encoding of every pipe that this goes through.
    """
    return json_text(msgspec.to_builtins(report))


def json_text(value: Any) -> str:  # noqa: ANN401 - any JSON value
    """Return a value as JSON in ASCII that strict readers take, too."""
    return json.dumps(_valid(value), indent=2, allow_nan=False) + "\n"


def _valid(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Replace lone surrogates by their escapes: they are no text, and strict readers refuse them."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(value, list):
        return [_valid(item) for item in value]
    if isinstance(value, dict):
        return {key: _valid(item) for key, item in value.items()}
    return value
