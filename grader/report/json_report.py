"""The report as JSON: the model itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from grader.grading import Report


def to_json(report: Report) -> str:
    """Return the report as JSON; `schema.json` beside this module describes it."""
    return msgspec.json.format(msgspec.json.encode(report), indent=2).decode("utf-8") + "\n"
