"""What the tests of grading share."""

from __future__ import annotations

collect_ignore = ["course"]
